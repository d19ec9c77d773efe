import Sequencer from '@jest/test-sequencer';

/** As they take long where nothing is known yet: what starts processes, what starts an app, rules. */
const folders = ['/test/chaos/', '/test/'];

/**
 * Begins with what takes longest, so that nobody waits at the end for one worker with the longest file. By itself Jest
 * goes by the size of files until it has run them all once.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rank(a.path) - rank(b.path));
  }
}

function rank(path) {
  const found = folders.findIndex((folder) => path.includes(folder));
  return found === -1 ? folders.length : found;
}
