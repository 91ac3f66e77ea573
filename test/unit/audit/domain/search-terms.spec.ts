import { describe, expect, it } from 'vitest';
import type { AuditFilter } from '../../../../src/audit/domain/audit-filter.js';
import { isIndexed, termsOf } from '../../../../src/audit/domain/search-terms.js';

const column = (name: string, values: readonly unknown[], prefixes: readonly string[] = []) => ({
  on: 'column',
  column: name,
  values,
  prefixes,
});

describe('the terms of a filter', () => {
  const cases: readonly [AuditFilter, readonly unknown[]][] = [
    [{}, []],
    [{ sinceMs: 1, untilMs: 2 }, []],
    [{ auditId: 'a-1' }, [{ on: 'auditId', auditId: 'a-1', source: undefined }]],
    [
      { auditId: 'a-1', source: 'gateway' },
      [{ on: 'auditId', auditId: 'a-1', source: 'gateway' }, column('source', ['gateway'])],
    ],
    [{ namespace: 'pay' }, [column('namespace', ['pay'])]],
    [{ namespace: 'pay', secret: 'db' }, [{ on: 'secret', namespace: 'pay', secret: 'db' }]],
    [
      { namespace: 'pay', secret: 'd*' },
      [column('namespace', ['pay']), column('secret', [], ['d'])],
    ],
    [
      { credential: 'c', sourceIp: '10.*' },
      [column('credential_id', ['c']), column('source_ip', [], ['10.'])],
    ],
    [
      { action: ['secrets.get', 'audit.*', 'secrets.get'] },
      [column('action', ['secrets.get'], ['audit.'])],
    ],
    [
      { outcome: 'denied', code: 403, plane: 'self', source: 'cluster' },
      [
        column('outcome', ['denied']),
        column('code', [403]),
        column('plane', ['self']),
        column('source', ['cluster']),
      ],
    ],
    [
      { key: 'pin', mark: 'dry*' },
      [
        { on: 'name', kind: 'key', pattern: { text: 'pin', isPrefix: false } },
        { on: 'name', kind: 'mark', pattern: { text: 'dry', isPrefix: true } },
      ],
    ],
  ];

  it.each(cases)('%j are what must hold of an event', (filter, terms) => {
    expect(termsOf(filter)).toEqual(terms);
  });

  it('are none that could hold where no action is wanted', () => {
    expect(termsOf({ action: [], user: 'bob' })).toBeUndefined();
  });
});

it.each([
  [{ outcome: 'allowed' }, false],
  [{ outcome: 'denied' }, true],
  [{ source: 'gateway' }, false],
  [{ source: 'cluster' }, true],
  [{ user: 'bob' }, true],
  [{ key: 'pin' }, true],
] as const)('%j has an index: %s', (filter, expected) => {
  expect(termsOf(filter)?.map(isIndexed)).toEqual([expected]);
});
