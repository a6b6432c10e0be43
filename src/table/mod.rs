//! Tables with a header: CSV files and sheets of workbooks, their records, and the place of every cell.

pub mod chunks;
mod csv_table;
mod csv_text;
mod lines;
pub mod long_records;
mod oddities;
pub mod records;
mod record_length;
mod rows;
pub mod structural_index;
mod vectors;

pub use csv_table::Table;
pub use oddities::Oddities;
pub use rows::{Cells, CsvRow, Row};
