/** Something that names a row and would break without it. */
export interface Usage {
  kind: 'flow' | 'device_profile';
  id: string;
  name: string;
}
