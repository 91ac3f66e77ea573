import { describe, expect, it } from 'vitest';
import type { ChangeRequest } from '../../../../../src/secrets/watch/change-stream.js';
import {
  kindOfChange,
  parseChangeSelection,
} from '../../../../../src/secrets/domain/watch/change-selection.js';
import { refusal } from '../secret.builder.js';
import { MemoryLog } from './change-log.builder.js';

function secret(name: string, labels: Readonly<Record<string, string>> = {}, type = 'Opaque') {
  const log = new MemoryLog();
  log.put(name, { labels, type });
  const body = log.stateOf(name);
  if (body === undefined) throw new TypeError('it was just put there');
  return body;
}

function select(request: Omit<ChangeRequest, 'namespace'>, secrets?: readonly string[]) {
  return parseChangeSelection({ namespace: 'pay', ...request }, secrets && { secrets });
}

describe('a stream selects', () => {
  it.each([
    [{}, true],
    [{ name: 'db' }, true],
    [{ name: 'other' }, false],
    [{ labelSelector: 'team=a' }, true],
    [{ labelSelector: 'team!=a' }, false],
    [{ fieldSelector: 'type=Opaque' }, true],
    [{ fieldSelector: 'type=kubernetes.io/tls' }, false],
    [{ fieldSelector: 'metadata.name=db' }, true],
    [{ fieldSelector: 'metadata.name!=db' }, false],
    [{ fieldSelector: 'metadata.namespace=shop' }, false],
    [{ labelSelector: 'team=a', fieldSelector: 'metadata.name=other' }, false],
  ])('by %j', (request, isSelected) => {
    expect(select(request).matches(secret('db', { team: 'a' }))).toBe(isSelected);
  });

  it('only what the scope of the token has', () => {
    const selection = select({}, ['db-*']);
    expect(selection.matches(secret('db-main'))).toBe(true);
    expect(selection.matches(secret('api'))).toBe(false);
    expect(selection.query.shows?.('db-main')).toBe(true);
    expect(selection.query.shows?.('api')).toBe(false);
  });

  it('one name where it is asked for one, in either way', () => {
    expect(select({ name: 'db' }).name).toBe('db');
    expect(select({ fieldSelector: 'metadata.name=db' }).name).toBe('db');
    expect(select({ fieldSelector: 'metadata.name!=db' }).name).toBeUndefined();
  });

  it.each([{ labelSelector: '!!' }, { fieldSelector: 'data=x' }])('nothing by %j', (request) => {
    expect(refusal(() => select(request)).code).toBe('BadRequest');
  });
});

describe('a change is seen', () => {
  const selection = select({ labelSelector: 'team=a' });
  const inside = secret('db', { team: 'a' });
  const outside = secret('db', { team: 'b' });

  it.each([
    ['as added where it comes into being', undefined, inside, 'added'],
    ['as added where it comes into the selection', outside, inside, 'added'],
    ['as modified where it stays', inside, inside, 'modified'],
    ['as deleted where it leaves the selection', inside, outside, 'deleted'],
    ['as deleted where it goes', inside, undefined, 'deleted'],
    ['not at all where it comes into being outside', undefined, outside, undefined],
    ['not at all where it stays outside', outside, outside, undefined],
    ['not at all where it goes outside', outside, undefined, undefined],
  ] as const)('%s', (_how, before, after, kind) => {
    expect(kindOfChange(selection, { before, after })).toBe(kind);
  });
});

it('is refused where its labels are too much to look through at each change', () => {
  const labels = Array.from({ length: 65 }, (_, index) => `!a${index}`);
  expect(select({ labelSelector: labels.slice(1).join() }).name).toBeUndefined();
  expect(refusal(() => select({ labelSelector: labels.join() }))).toMatchObject({
    code: 'BadRequest',
    message: 'labelSelector of a stream may have at most 64 requirements, with 256 values in all',
  });
});
