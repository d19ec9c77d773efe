import 'reflect-metadata';
import type { ArgumentMetadata } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import { ValidationFailed } from '../errors/validation-failed.js';
import { IdPipe } from './id.pipe.js';
import { CursorQuery } from './paging/cursor.query.js';
import { PageQuery } from './paging/page.query.js';
import { RequestValidationPipe } from './request-validation.pipe.js';

class Inner {
  @IsInt()
  size!: number;
}
class Outer {
  @IsString()
  name!: string;

  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Inner)
  items?: Inner[];

  @IsOptional()
  free?: unknown;
}

const pipe = new RequestValidationPipe();
const body: ArgumentMetadata = { type: 'body', metatype: Outer };

async function errorsOf(value: unknown, metadata: ArgumentMetadata = body) {
  try {
    await pipe.transform(value, metadata);
  } catch (error) {
    if (error instanceof ValidationFailed) return error.errors;
    throw error;
  }
  return [];
}

describe('RequestValidationPipe', () => {
  it('makes the class of what fits', async () => {
    expect(await pipe.transform({ name: 'a', items: [{ size: 1 }] }, body)).toBeInstanceOf(Outer);
  });

  it('names nested fields by dotted paths', async () => {
    expect(await errorsOf({ name: 1, items: [{ size: 1 }, { size: 'x' }] })).toEqual([
      { path: 'name', message: 'name must be a string' },
      { path: 'items.1.size', message: 'size must be an integer number' },
    ]);
  });

  it('refuses unknown fields, also deep ones', async () => {
    expect(await errorsOf({ name: 'a', is_superuser: true, items: [{ size: 1, x: 1 }] })).toEqual(
      expect.arrayContaining([
        { path: 'is_superuser', message: 'unknown field' },
        { path: 'items.0.x', message: 'unknown field' },
      ]),
    );
  });

  it.each([null, undefined, [], 'text', 7, true])('refuses a body that is %j', async (value) => {
    expect(await errorsOf(value)).not.toEqual([]);
  });

  it('refuses what PostgreSQL cannot hold, wherever it stands', async () => {
    const bad = JSON.parse('{"name":"a\\u0000b","free":{"k":["\\ud800"],"\\u0000":1}}') as unknown;
    expect((await errorsOf(bad)).map(({ path }) => path)).toEqual(['name', 'free.k.0', 'free.\ufffd']);
    expect(await errorsOf('a\u0000b', { type: 'query', metatype: String, data: 'search' })).toEqual([
      { path: 'search', message: 'must not hold U+0000 or half a surrogate pair' },
    ]);
    expect(await errorsOf('a\u0000b', { type: 'param', metatype: String, data: 'mac' })).toHaveLength(1);
  });

  it('survives a tower of brackets', async () => {
    const tower: unknown = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    const [error] = await errorsOf({ name: 'a', free: tower });
    expect(error?.message).toBe('is nested too deeply');
  });

  it('leaves to a machine’s route what a machine sent', async () => {
    const sent = { object: { text: 'a\u0000b' }, unknown: 1 };
    expect(await pipe.transform(sent, { type: 'body', metatype: Object })).toBe(sent);
  });

  it('does not answer with a million errors', async () => {
    expect((await errorsOf({ name: 'a', items: Array(5_000).fill({ size: 'x' }) })).length).toBeLessThanOrEqual(100);
  });
});

describe('PageQuery', () => {
  const query: ArgumentMetadata = { type: 'query', metatype: PageQuery };

  it('has defaults, and reads numbers', async () => {
    expect(await pipe.transform({}, query)).toEqual({ skip: 0, limit: 100 });
    expect(await pipe.transform({ skip: '20', limit: '1000' }, query)).toEqual({ skip: 20, limit: 1000 });
  });

  it.each([
    { skip: '-1' },
    { limit: '0' },
    { limit: '1001' },
    { limit: 'x' },
    { limit: '1.5' },
    { limit: ['1', '2'] },
    { page: '1' },
  ])('refuses %j', async (value) => {
    expect(await errorsOf(value, query)).not.toEqual([]);
  });
});

describe('CursorQuery', () => {
  const query: ArgumentMetadata = { type: 'query', metatype: CursorQuery };

  it('reads a cursor and the wish to count', async () => {
    const read = await pipe.transform({ cursor: 'abc', count: 'true', skip: '10000' }, query);
    expect(read).toMatchObject({ cursor: 'abc', count: true, skip: 10_000, limit: 100 });
    expect(await pipe.transform({}, query)).toMatchObject({ count: false, skip: 0 });
  });

  it.each([{ skip: '10001' }, { skip: '-1' }, { count: 'perhaps' }, { cursor: 'a b' }, { cursor: '' }])(
    'refuses %j',
    async (value) => {
      expect(await errorsOf(value, query)).not.toEqual([]);
    },
  );
});

describe('IdPipe', () => {
  const id = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';

  it('takes an id in either case', () => {
    expect(new IdPipe().transform(id.toUpperCase(), { type: 'param', data: 'id' })).toBe(id);
  });

  it('names the parameter that is none', () => {
    for (const wrong of ['', 'x', `${id}0`, ' ' + id, undefined, 7]) {
      expect(() => new IdPipe().transform(wrong, { type: 'param', data: 'device_id' })).toThrow(
        'device_id: must be a UUID',
      );
    }
  });
});
