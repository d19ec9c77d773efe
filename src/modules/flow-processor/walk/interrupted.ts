/** The process ends before the work did. Nothing of it was written; it runs again elsewhere, with the same ids. */
export class Interrupted extends Error {
  constructor() {
    super('the process ends; the work is given back');
  }
}
