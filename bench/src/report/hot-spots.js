/** Time of V8 itself, which belongs to no function of anybody. */
const idle = new Set(['(idle)', '(root)']);

/**
 * Where a profile's time went: for each moment the nearest function of our own on the stack, and, where there is none
 * (a socket's callback, the garbage collector), what ran.
 *
 * @param {import('node:inspector').Profiler.Profile} profile
 * @param {number} uplinks that were done meanwhile
 */
export function hotSpots({ nodes, samples = [], timeDeltas = [] }, uplinks) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  /** @type {Map<string, number>} */
  const spent = new Map();
  let busy = 0;
  samples.forEach((id, index) => {
    const node = byId.get(id);
    if (node === undefined || idle.has(node.callFrame.functionName)) return;
    busy += timeDeltas[index];
    const place = placeOf(id, byId, parents);
    spent.set(place, (spent.get(place) ?? 0) + timeDeltas[index]);
  });
  return {
    busyMicroseconds: busy / uplinks,
    spots: [...spent]
      .map(([place, time]) => ({ place, microseconds: time / uplinks, share: time / busy }))
      .sort((a, b) => b.share - a.share),
  };
}

/** @typedef {import('node:inspector').Profiler.ProfileNode} Node */

/** @param {number} id @param {Map<number, Node>} byId @param {Map<number, number>} parents */
function placeOf(id, byId, parents) {
  let library = '';
  for (let at = /** @type {number | undefined} */ (id); at !== undefined; at = parents.get(at)) {
    const { functionName, url } = byId.get(at)?.callFrame ?? { functionName: '', url: '' };
    const ours = /\/dist\/src\/(.+)\.js$/.exec(url)?.[1];
    if (ours !== undefined) return `${ours}: ${functionName || 'callback'}`;
    library ||= /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? '';
  }
  return library || byId.get(id)?.callFrame.functionName || 'anonymous';
}
