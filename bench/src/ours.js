/**
 * Code of the server itself, compiled: where a row needs the very same function and not one that is like it.
 *
 * @param {string} file below src, without its ending
 * @returns {Promise<any>}
 */
export function ours(file) {
  return import(new URL(`../../dist/src/${file}.js`, import.meta.url).href);
}
