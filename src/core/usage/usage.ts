/** Something that names a row and would break without it. */
export interface Usage {
  kind: 'flow';
  id: string;
  name: string;
}
