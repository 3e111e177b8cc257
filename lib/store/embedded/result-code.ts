/** SQLite's primary result codes, https://www.sqlite.org/rescode.html. */
export const SQLITE_BUSY = 5;
export const SQLITE_IOERR = 10;
export const SQLITE_FULL = 13;
