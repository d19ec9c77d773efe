import { describe, expect, it } from '@jest/globals';
import { csvOf } from './series-csv.rules.js';

describe('csvOf', () => {
  it('leaves gaps out, quotes, and gives a spreadsheet nothing to compute', () => {
    const series = [
      { device_id: 'd', key: 'a,"b"', values: [1.5, null] },
      { device_id: 'd', key: '=1+1', values: [null, 2] },
    ];
    const answer = { from: '', to: '', interval_seconds: 60, agg: 'avg' as const, times: ['t0', 't1'], series };
    expect(csvOf(answer)).toBe('time,device_id,key,value\r\nt0,d,"a,""b""",1.5\r\nt1,d,\'=1+1,2\r\n');
  });
});
