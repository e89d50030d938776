/**
 * Breaks a line at spaces so that no row is wider than `width` columns, code points counted as one. What has no space stays
 * whole: a link that is broken is no link.
 */
export function wrapLine(line: string, width: number): string[] {
  const rows: string[] = [];
  let row = "";
  for (const word of line.split(" ")) {
    if (row !== "" && Array.from(row).length + 1 + Array.from(word).length > width) {
      rows.push(row);
      row = word;
    } else row = row === "" ? word : `${row} ${word}`;
  }
  return [...rows, row];
}
