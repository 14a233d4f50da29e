//! What a file is, found out by its content and never by its name.

use super::super::table::Table;
use super::{MOST_BYTES, Sheet, csv_file, workbook};
use kernel::Problem;

/// Of Office's old files, and of a workbook that is locked by a password.
const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const ZIP: &[u8] = b"PK\x03\x04";

/// Reads a file as a sheet of `table`. It takes a while: not for a thread that others wait for.
///
/// # Errors
/// [`Problem::Invalid`] on `file`, or [`Problem::TooLarge`], with a sentence that says what to do.
pub fn read(table: &'static Table, bytes: &[u8]) -> Result<Sheet, Problem> {
    if bytes.is_empty() {
        return Err(Problem::field("file", "文件是空的，请重新选择。"));
    }
    if bytes.len() > MOST_BYTES {
        return Err(too_large());
    }
    if bytes.starts_with(COMPOUND) {
        let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let told = if bytes.windows(locked.len()).any(|window| window == locked) {
            "这个工作簿设有打开密码，请取消密码后再上传。"
        } else {
            "这是旧版 Excel 文件（.xls），请另存为 .xlsx 后再上传。"
        };
        return Err(Problem::field("file", told));
    }
    let lines = if bytes.starts_with(ZIP) { workbook::lines(table, bytes)? } else { csv_file::lines(bytes)? };
    Sheet::under(table, lines)
}

pub(super) fn too_large() -> Problem {
    Problem::TooLarge("文件太大：最多 20 万行、20 MB。请分成几个文件上传。".into())
}
