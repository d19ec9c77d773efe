/** The names from the top down as one cell, with a slash between them; one within a name is told by a backslash. */
export function pathCell(names: readonly string[]): string {
  return names.map((name) => name.replace(/[\\/]/g, '\\$&')).join('/');
}

/** The names of a cell that pathCell() wrote, or a person: white space around a name is not part of it. */
export function namesOf(cell: string): string[] {
  return (cell.match(/(?:\\.|[^\\/])+|\/(?=\/)|^\/|\/$/gs) ?? []).map((part) =>
    part === '/' ? '' : part.replace(/\\(.)/gs, '$1').trim(),
  );
}
