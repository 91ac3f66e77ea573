import { describe, expect, it } from 'vitest';
import { readListOptions } from '../../../../src/kubectl/domain/list-options.js';

const nameIn = (fieldSelector: string) => readListOptions([['fieldSelector', fieldSelector]]).name;

describe('the name that a list asks for', () => {
  it.each([
    ['metadata.name=db', 'db'],
    ['metadata.name==db', 'db'],
    ['type=Opaque,metadata.name=db', 'db'],
    ['metadata.name=db,metadata.namespace!=x,', 'db'],
    ['metadata.name!=x,metadata.name=db', 'db'],
    ['metadata.name=d\\,b', 'd,b'],
    ['metadata.name=d\\=b', 'd=b'],
    ['metadata.name=d\\\\b', 'd\\b'],
    ['metadata.name= db', ' db'],
    // No object has both names: the API server asks for the right to the first in order.
    ['metadata.name=db,metadata.name=api', 'api'],
    ['metadata.name=db,metadata.name=', ''],
  ])('is the one that its selector pins: %s', (fieldSelector, name) => {
    expect(nameIn(fieldSelector)).toBe(name);
  });

  it.each([
    '',
    ',',
    'metadata.name!=db',
    'metadata.namespace=db',
    'type=metadata.name=db',
    'Metadata.Name=db',
    ' metadata.name=db',
    'metadata.name\\=db',
    'metadata\\,name=db',
    '!metadata.name=db',
    'metadata.name=',
  ])('is none where the selector leaves it open: %j', (fieldSelector) => {
    expect(nameIn(fieldSelector)).toBe('');
  });

  it.each([
    'metadata.name=db,type',
    'metadata.name=d=b',
    'metadata.name=db\\',
    'metadata.name=d\\b',
    'metadata.name=db,a=b=c',
    'db',
  ])('is none where the selector cannot be read: %s', (fieldSelector) => {
    expect(nameIn(fieldSelector)).toBe('');
  });

  it.each(['.', '..', 'd/b', 'd%b'])('is none that a path could not hold: %s', (name) => {
    expect(nameIn(`metadata.name=${name}`)).toBe('');
  });

  it.each([
    ['limit', ''],
    ['limit', 'many'],
    ['limit', '1.5'],
    ['limit', ' 1'],
    ['limit', '9223372036854775808'],
    ['timeoutSeconds', '30s'],
    ['timeoutSeconds', '-9223372036854775809'],
    ['labelSelector', 'a in ('],
    ['labelSelector', '=b'],
  ])('is none where another option cannot be read: %s=%j', (option, value) => {
    const query = [['fieldSelector', 'metadata.name=db'] as const, [option, value] as const];
    expect(readListOptions(query).name).toBe('');
  });

  it.each([
    ['limit', '0'],
    ['limit', '-1'],
    ['limit', '+500'],
    ['limit', '9223372036854775807'],
    ['timeoutSeconds', '007'],
    ['labelSelector', 'app in (a,b),!c'],
    ['labelSelector', ''],
    ['resourceVersion', 'x'],
  ])('stands beside other options: %s=%j', (option, value) => {
    const query = [['fieldSelector', 'metadata.name=db'] as const, [option, value] as const];
    expect(readListOptions(query).name).toBe('db');
  });
});

describe('a list', () => {
  it('is a watch where it says so, even if its other options cannot be read', () => {
    expect(readListOptions([['watch', 'true']]).watch).toBe(true);
    expect(
      readListOptions([
        ['watch', ''],
        ['limit', 'many'],
      ]).watch,
    ).toBe(true);
  });

  it('is none where it does not', () => {
    expect(readListOptions([]).watch).toBe(false);
    expect(readListOptions([['watch', 'False']]).watch).toBe(false);
  });
});
