import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatTilePath,
  parseTilePath,
  tileWidth,
} from '../../../../../src/audit/log/domain/tile-path.js';

describe('the path of a tile', () => {
  it.each([
    ['0/000', { level: 0, index: 0, width: 256 }],
    ['3/x001/x234/067', { level: 3, index: 1_234_067, width: 256 }],
    ['0/x001/000.p/255', { level: 0, index: 1_000, width: 255 }],
    ['entries/999.p/1', { level: 'entries', index: 999, width: 1 }],
    ['63/000', { level: 63, index: 0, width: 256 }],
  ] as const)('%s is of one tile', (path, address) => {
    expect(parseTilePath(path)).toEqual(address);
    expect(formatTilePath(address)).toBe(path);
  });

  it.each([
    '',
    '0',
    '0/',
    '0/0',
    '0/1234',
    '00/000',
    '64/000',
    '-1/000',
    '0/x000/001',
    '0/001/002',
    '0/x001',
    '0/000.p/0',
    '0/000.p/256',
    '0/000.p/01',
    '0/000.p/',
    '0/000.p/1/',
    'entries',
    'Entries/000',
    '0/000\n',
    ' 0/000',
    '0/x001/x001/x001/x001/x001/x001/001',
  ])('is not %j', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  it('is read as it was written', () => {
    const addresses = fc.record({
      level: fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 })),
      index: fc.nat({ max: 2 ** 40 }),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(
      fc.property(addresses, (address) => {
        expect(parseTilePath(formatTilePath(address))).toEqual(address);
      }),
    );
  });
});

it('has as many hashes as the tree of the specification says', () => {
  const widths = (level: number | 'entries', index: number) => tileWidth({ level, index }, 70_000);
  expect([widths(0, 272), widths(0, 273), widths(0, 274)]).toEqual([256, 112, 0]);
  expect([widths('entries', 272), widths('entries', 273)]).toEqual([256, 112]);
  expect([widths(1, 0), widths(1, 1), widths(1, 2)]).toEqual([256, 17, 0]);
  expect([widths(2, 0), widths(2, 1), widths(3, 0)]).toEqual([1, 0, 0]);
  expect(tileWidth({ level: 1, index: 0 }, 256)).toBe(1);
});
