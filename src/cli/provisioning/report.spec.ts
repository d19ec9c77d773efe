import { describe, expect, it } from '@jest/globals';
import { linesOf, outcomeOf, type ProvisionReport } from './report.js';

const report: ProvisionReport = {
  outcome: 'changed',
  server: 'https://iot.example.org',
  config_file: 'config.properties',
  way: 'user',
  username: 'ann',
  token: 'refreshed',
  location: { latitude: 1, longitude: 2, source: 'file' },
  country: { id: 'c', name: 'INDIA', result: 'found' },
  state: { id: 's', name: 'Delhi', result: 'made' },
  device: { id: 'd', name: 'gateway', serial: '1', result: 'changed', found_by: 'name', changed: ['serial', 'place'] },
  first_telemetry: 'sent',
  access_token: null,
  notices: ['look out'],
};

describe('outcomeOf', () => {
  it('is unchanged only if everything was there and said', () => {
    expect(outcomeOf(['found', 'found'], 'known')).toBe('unchanged');
    expect(outcomeOf(['found', 'found'], 'sent')).toBe('changed');
    expect(outcomeOf(['found', 'changed'], 'known')).toBe('changed');
    expect(outcomeOf(['found', 'would_change'], 'known')).toBe('would_change');
    expect(outcomeOf(['found'], 'would_send')).toBe('would_change');
  });
});

describe('linesOf', () => {
  it('says what was made and what was found', () => {
    expect(linesOf(report).split('\n')).toEqual([
      'Configuration:   config.properties',
      'Server:          https://iot.example.org as ann; a new token is in the file',
      'Location:        1, 2 (file)',
      'Country:         INDIA: found (c)',
      'State:           Delhi: made (s)',
      'Device:          gateway: found and completed by its name: serial, place (d)',
      'First telemetry: sent, and taken by the server',
      'Notice:          look out',
      '',
      'Done: INDIA → Delhi → gateway is provisioned.',
    ]);
    expect(linesOf({ ...report, outcome: 'unchanged' })).toContain('Nothing was changed');
    expect(linesOf({ ...report, outcome: 'would_change' })).toContain('Dry run: nothing was changed');
    expect(linesOf({ ...report, access_token: 'A1' })).toContain('Access token:    A1');
  });
});
