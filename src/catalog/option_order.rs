//! Which option a value is of: files may have the options of a product in different orders, and their names tell them apart.

use foldhash::HashMap;

use super::columns::Dictionary;
use super::store::OPTIONS;
use crate::ids::FileId;
use crate::text;

/// Codes of the names of a product's options, or of their values; 0 for a blank one.
pub type Codes = [u32; OPTIONS];

/// For each option of a product, in the product's order, the place at which a row has it.
pub type Order = [usize; OPTIONS];

const AS_WRITTEN: Order = [0, 1, 2];

/// The orders in which the products of all files have their options.
#[derive(Default)]
pub struct OptionOrders {
    /// The names as they are written, and the code of each as it is compared.
    written: Dictionary,
    compared: Dictionary,
    codes: Vec<u32>,
    of_handle: HashMap<u32, Known>,
}

/// What is known of the options of a handle.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// The names, in the order of the first row that has any.
    names: Codes,
    /// The file, names and order of the last row that has any.
    last: (Option<FileId>, Codes, Option<Order>),
}

impl OptionOrders {
    /// The code of an option's name, whatever its case.
    pub fn name(&mut self, name: &str) -> u32 {
        let written = self.written.intern(name) as usize;
        let Some(place) = written.checked_sub(1) else { return 0 };
        if place == self.codes.len() {
            self.codes.push(self.compared.intern(&text::folded(name)));
        }
        self.codes[place]
    }

    /// Where a row of a file has each option of its handle; `None` where its names do not tell. The first names of a handle give
    /// the order for all files; a row without names has those of the handle's row before it.
    pub fn order(&mut self, handle: u32, file: Option<FileId>, names: Codes, values: Codes) -> Option<Order> {
        if values == [0; OPTIONS] {
            return Some(AS_WRITTEN);
        }
        let is_named = names != [0; OPTIONS];
        match self.of_handle.get_mut(&handle) {
            Some(Known { last: (of, last, order), .. }) if *of == file && (*last == names || !is_named) => *order,
            Some(Known { names: known, last }) => {
                let order = order(names, *known, values);
                if is_named {
                    *last = (file, names, order);
                }
                order
            }
            None if is_named => {
                self.of_handle.insert(handle, Known { names, last: (file, names, Some(AS_WRITTEN)) });
                Some(AS_WRITTEN)
            }
            None => Some(AS_WRITTEN).filter(|_| values.iter().filter(|value| **value != 0).count() < 2),
        }
    }
}

/// Where names have each of the known ones. One option that has another name on each side is the same if its place is; where
/// more than one has, `None`.
fn order(names: Codes, known: Codes, values: Codes) -> Option<Order> {
    if names == known {
        return Some(AS_WRITTEN);
    }
    let once = |codes: &Codes, code: u32| codes.iter().filter(|other| **other == code).count() == 1;
    let mut order: [Option<usize>; OPTIONS] = known.map(|name| {
        let is_told = name != 0 && once(&known, name) && once(&names, name);
        names.iter().position(|other| *other == name).filter(|_| is_told)
    });
    let (rest, missing): (Vec<usize>, Vec<usize>) = (
        (0..OPTIONS).filter(|place| !order.contains(&Some(*place))).collect(),
        (0..OPTIONS).filter(|place| order[*place].is_none()).collect(),
    );
    let written: Vec<usize> = rest.iter().copied().filter(|&place| names[place] != 0 || values[place] != 0).collect();
    let wanted: Vec<usize> = missing.iter().copied().filter(|&place| known[place] != 0).collect();
    match (&written[..], &wanted[..]) {
        ([], _) | (_, []) if written.len() + wanted.len() < 2 => {}
        ([one], [other]) if one == other => {}
        _ => return None,
    }
    // What stands at its place stays there; blank options are alike.
    for &place in missing.iter().filter(|place| rest.contains(place)) {
        order[place] = Some(place);
    }
    let mut others = rest.into_iter().filter(|place| !missing.contains(place));
    Some(order.map(|place| place.or_else(|| others.next()).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_order_of_options() {
        let values = [7, 8, 0];
        assert_eq!(order([2, 1, 0], [1, 2, 0], values), Some([1, 0, 2]));
        assert_eq!(order([1, 3, 0], [1, 2, 0], values), Some(AS_WRITTEN), "one has another name");
        assert_eq!(order([3, 1, 0], [1, 2, 0], values), None, "one has another name and another place");
        assert_eq!(order([3, 4, 0], [1, 2, 0], values), None, "both have other names");
        assert_eq!(order([0, 0, 0], [1, 2, 0], values), None, "no names");
        assert_eq!(order([1, 1, 0], [1, 2, 0], values), None, "one name twice");
        assert_eq!(order([3, 0, 0], [1, 0, 0], [7, 0, 0]), Some(AS_WRITTEN));
        assert_eq!(order([2, 1, 4], [1, 2, 3], [7, 8, 9]), Some([1, 0, 2]), "two change places, the third its name");
        assert_eq!(order([2, 0, 1], [1, 2, 0], [7, 0, 8]), Some([2, 0, 1]));
    }

    #[test]
    fn rows_without_names_have_those_of_the_row_before() {
        let mut options = OptionOrders::default();
        let (size, color) = (options.name("Size"), options.name("Color"));
        assert_eq!(options.name(" SIZE "), size);
        assert_eq!(options.order(5, FileId::from_index(0), [0; 3], [7, 8, 0]), None);
        assert_eq!(options.order(5, FileId::from_index(0), [size, color, 0], [7, 8, 0]), Some(AS_WRITTEN));
        assert_eq!(options.order(5, FileId::from_index(1), [color, size, 0], [8, 7, 0]), Some([1, 0, 2]));
        assert_eq!(options.order(5, FileId::from_index(1), [0; 3], [9, 7, 0]), Some([1, 0, 2]));
        assert_eq!(options.order(5, FileId::from_index(2), [0; 3], [9, 7, 0]), None);
    }
}
