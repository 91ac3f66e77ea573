import { expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import type { StoredSecret } from '../../../../src/secrets/domain/secret.js';
import { isShareable } from '../../../../src/shares/domain/shared-source.js';

const claims = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
const shareable = (type: string, values: Readonly<Record<string, string>>) =>
  isShareable.render(
    {
      type,
      data: new Map(
        Object.entries(values).map(([key, text]) => [
          key,
          SecretValue.fromBytes(Buffer.from(text)),
        ]),
      ),
    } as unknown as StoredSecret,
    undefined,
  );

it.each([
  ['a password', 'Opaque', { password: 'x' }, true],
  ['a JWT of somebody else', 'Opaque', { jwt: `a.${claims({ sub: 'jane' })}.c` }, true],
  ['the token of a ServiceAccount', 'kubernetes.io/service-account-token', { token: 'x' }, false],
  ['a bootstrap token', 'bootstrap.kubernetes.io/token', { 'token-id': 'x' }, false],
  [
    'a copied token of a ServiceAccount, under any key',
    'Opaque',
    { password: 'x', other: `a.${claims({ sub: 'system:serviceaccount:pay:web' })}.c` },
    false,
  ],
])('whether %s may leave its namespace', (_what, type, values, expected) => {
  expect(shareable(type, values)).toBe(expected);
});
