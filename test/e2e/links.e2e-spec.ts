import { Controller, Get, Query } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { Page } from '../../src/core/http/paging/page.js';
import { PageQuery } from '../../src/core/http/paging/page.query.js';
import { startFrameApp } from '../support/frame-app.js';

@Controller('things')
class ThingsController {
  @Get()
  list(@Query() { skip, limit }: PageQuery): Page<number> {
    return new Page(
      Array.from({ length: limit }, (_, n) => skip + n),
      250,
    );
  }
}

describe('links', () => {
  it('begin with PUBLIC_URL where it is set', async () => {
    const app = await startFrameApp([ThingsController], { publicUrl: 'https://iot.example/base' });
    expect((await app.inject('/things')).headers['link']).toMatch(/^<https:\/\/iot\.example\/base\/things\?/);
    await app.close();
  });

  it('believe a proxy only when told to', async () => {
    const forwarded = { 'x-forwarded-host': 'public.example', 'x-forwarded-proto': 'https', host: 'inside' };
    for (const [trustProxy, base] of [
      [false, 'http://inside/'],
      [['127.0.0.0/8'], 'https://public.example/'],
    ] as const) {
      const app = await startFrameApp([ThingsController], { trustProxy });
      const { headers } = await app.inject({ method: 'GET', url: '/things', headers: forwarded });
      expect(headers['link']).toContain(`<${base}`);
      await app.close();
    }
  });
});
