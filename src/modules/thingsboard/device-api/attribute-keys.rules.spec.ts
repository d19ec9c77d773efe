import { describe, expect, it } from '@jest/globals';
import { askedAttributes } from './attribute-keys.rules.js';

const sides = { client: { fw: '1.0', up: 5 }, shared: { interval: 30 } };
const ask = (clientKeys?: string, sharedKeys?: string) => askedAttributes(sides, { clientKeys, sharedKeys });

describe('askedAttributes', () => {
  it('gives everything to who names nothing', () => {
    expect(ask()).toEqual(sides);
    expect(ask('', ' , ')).toEqual(sides);
  });

  it('gives what is named and there, and leaves out a side without anything', () => {
    expect(ask('fw, none')).toEqual({ client: { fw: '1.0' } });
    expect(ask(undefined, 'interval')).toEqual({ shared: { interval: 30 } });
    expect(ask('up', 'interval')).toEqual({ client: { up: 5 }, shared: { interval: 30 } });
    expect(ask('none', 'none')).toEqual({});
  });

  it('takes nothing from where all objects come from', () => {
    expect(ask('constructor,__proto__,toString')).toEqual({});
  });
});
