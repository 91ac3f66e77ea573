import { expect, it } from 'vitest';
import { namedRequests } from '../../../../src/access/domain/named-requests.js';
import type { TokenScope } from '../../../../src/core/token-scope.js';

const rules = [
  { verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['db'] },
  {
    verbs: ['get'],
    apiGroups: ['sallyport.dev'],
    resources: ['secretkeys'],
    resourceNames: ['mail/key'],
  },
];

it.each<[string, string, TokenScope | undefined, readonly string[]]>([
  ['', 'secrets', undefined, ['db']],
  ['', 'secrets', { secrets: ['db', 'shop-*'] }, ['db', 'shop-*']],
  ['', 'secrets', { keys: ['password'] }, ['db']],
  ['', 'namespaces', { secrets: ['db'] }, []],
  ['sallyport.dev', 'secretmetadata', undefined, ['db']],
  ['sallyport.dev', 'secretversions', { secrets: ['x'] }, ['x']],
  ['sallyport.dev', 'secretkeys', undefined, ['mail/key', 'db/*']],
  ['sallyport.dev', 'secretkeys', { keys: ['a'] }, ['mail/key', 'db/a', '*/a']],
  ['sallyport.dev', 'secretkeys', { secrets: ['x*'], keys: ['a'] }, ['mail/key', 'db/a', 'x*/a']],
  ['sallyport.dev', 'secretkeys', { secrets: ['x'] }, ['mail/key', 'db/*', 'x/*']],
])(
  'the names to ask about for get %s %s, with the scope %j, are %j',
  (group, resource, scope, names) => {
    const request = { verb: 'get', group, resource, namespace: 'pay', name: '' };
    const requests = namedRequests([request], { rules, scope, configured: [] });
    expect(requests).toEqual(names.map((name) => ({ ...request, name })));
  },
);
