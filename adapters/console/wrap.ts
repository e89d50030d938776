/**
 * Breaks a line at spaces so that no row is wider than `width` columns, code points counted as one, and every row is as far in as the
 * first; spaces at its end show nothing. What has no space stays whole: a link that is broken is no link.
 */
export function wrapLine(line: string, width: number): string[] {
  const [indent = ""] = /^ */.exec(line) ?? [];
  const rows: string[] = [];
  let row = indent;
  for (const word of line.slice(indent.length).trimEnd().split(" ")) {
    if (row !== indent && Array.from(row).length + 1 + Array.from(word).length > width) {
      rows.push(row);
      row = indent + word;
    } else row = row === indent ? row + word : `${row} ${word}`;
  }
  return [...rows, row];
}
