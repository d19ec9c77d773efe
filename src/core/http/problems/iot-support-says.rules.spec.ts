import { describe, expect, it } from '@jest/globals';
import { iotSupportSays } from './iot-support-says.rules.js';

describe('iotSupportSays', () => {
  it.each([
    [404, 'config.not_found', 'RECORD_NOT_FOUND'],
    [409, 'config.exists', 'RECORD_EXISTS'],
    [400, 'config.mac_invalid', 'INVALID_OPERATION'],
    [502, 'image.unreachable', 'EXTERNAL_SERVICE_ERROR'],
    [500, 'internal', 'PROCESSING_ERROR'],
    [401, 'auth.missing_credentials', 'auth.missing_credentials'],
  ])('says %d %s as %s', (status, code, said) => {
    expect(iotSupportSays({ status, code, detail: 'why' }, 'r1')).toEqual({
      error: 'why',
      details: {},
      code: said,
      correlationId: 'r1',
    });
  });

  it('names the fields that are wrong', () => {
    const problem = {
      status: 400,
      code: 'validation.failed',
      detail: 'x',
      errors: [{ path: 'content.a', message: 'm' }],
    };
    expect(iotSupportSays(problem, 'r1')).toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { errors: [{ message: 'm', field: 'content.a' }] },
    });
  });
});
