const delimiters = [',', ';', '\t', '|'];

/** The one that the header has most of, outside of its quotes. */
export function delimiterOf(begin: string): string {
  const [line = ''] = begin.trimStart().split(/[\r\n]/, 1);
  const plain = line.replace(/"(?:[^"]|"")*"/g, '');
  const counts = delimiters.map((delimiter) => plain.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}
