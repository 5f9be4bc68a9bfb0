"""Read the CSV format itself: encoding, header and shape of the rows. What the columns mean is exercise 1."""

import csv
import io
from pathlib import Path


def read_rows(path: str | Path) -> list[dict[str, str]]:
    r"""Read a CSV file with a header as one dictionary of strings a row.

    The file is UTF-8, with or without a byte-order mark; line ends may be LF or CRLF; blank lines
    are skipped. Nothing is converted: "NA" and "" come as they are. Raises ValueError naming the
    file, the data row (counted from 1) and the cause where the text is not UTF-8, a column name
    occurs twice, or a row is longer or shorter than the header.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "two.csv"
    ...     _ = path.write_text('review,aspect\n"a, b",Story\n', encoding="utf-8")
    ...     read_rows(path)
    [{'review': 'a, b', 'aspect': 'Story'}]
    """
    text = _decode(path, Path(path).read_bytes())
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows: list[dict[str, str]] = []
    try:
        _check_header(path, reader.fieldnames)
        for row in reader:
            if None in row or None in row.values():
                raise ValueError(
                    f"{path}, data row {len(rows) + 1}: not {len(reader.fieldnames or ())} fields as in the header; "
                    "put a text with commas in double quotes"
                )
            rows.append(row)
    except csv.Error as error:
        raise ValueError(f"{path}, data row {len(rows) + 1}: {error}; check its quotes") from error
    return rows


def _decode(path: str | Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig") + "?"  # the bad byte belongs to the last row of this
        number = sum(1 for row in csv.reader(io.StringIO(before, newline="")) if row) - 1
        where = f"{path}, data row {number}" if number > 0 else f"{path}, header"
        raise ValueError(
            f"{where}: not UTF-8 (byte 0x{raw[error.start]:02x} at offset {error.start}); save the file as UTF-8"
        ) from error


def _check_header(path: str | Path, columns: object) -> None:
    names = list(columns) if isinstance(columns, list) else []
    if not names:
        raise ValueError(f"{path}: empty file; the first line must name the columns")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{path}, header: column {', '.join(twice)} occurs twice; keep one")
