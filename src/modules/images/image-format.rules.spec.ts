import { describe, expect, it } from '@jest/globals';
import { imageFormatOf } from './image-format.rules.js';

describe('the format of a file', () => {
  it.each([
    ['png', '89504e470d0a1a0a0000'],
    ['jpeg', 'ffd8ffe000104a464946'],
    ['jpeg', 'ffd8ffdb'],
    ['gif', Buffer.from('GIF89a').toString('hex')],
    ['gif', Buffer.from('GIF87a').toString('hex')],
    ['webp', Buffer.from('RIFF\u0001\u0002\u0003\u0004WEBPVP8 ').toString('hex')],
  ])('is %s by its beginning %s', (format, hex) => {
    expect(imageFormatOf(Buffer.from(hex, 'hex'))).toBe(format);
  });

  it.each([
    '',
    'GIF',
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    '\ufeff<?xml version="1.0"?><svg/>',
    '<!DOCTYPE html>',
    'RIFF\u0001\u0002\u0003\u0004WAVE',
    'BM\u0001\u0002',
    'II*\u0000',
    '%PDF-1.7',
    ' \u0089PNG\r\n\u001a\n',
  ])('is none for %j', (text) => {
    expect(imageFormatOf(Buffer.from(text, 'utf8'))).toBeUndefined();
  });

  it('is none for SVG in any coat', () => {
    for (const coat of ['utf16le', 'latin1', 'base64'] as const) {
      expect(imageFormatOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>', coat))).toBeUndefined();
    }
    expect(imageFormatOf(Buffer.from('1f8b0800', 'hex'))).toBeUndefined();
  });
});
