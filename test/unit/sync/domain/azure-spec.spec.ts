import { expect, it } from 'vitest';
import { azureScope, azureSpecSchema } from '../../../../src/sync/domain/azure-spec.js';

const spec = {
  vaultUrl: 'https://pay.vault.azure.net',
  tenantId: '11111111-2222-4333-8444-555555555555',
  clientId: '66666666-7777-4888-8999-000000000000',
};

it('has the public cloud by default', () => {
  const parsed = azureSpecSchema.parse(spec);
  expect(parsed).toEqual({
    ...spec,
    audience: 'api://AzureADTokenExchange',
    authorityUrl: 'https://login.microsoftonline.com',
    resource: 'https://vault.azure.net',
  });
  expect(azureScope(parsed)).toBe('https://vault.azure.net/.default');
  expect(azureScope({ resource: 'https://vault.azure.cn/' })).toBe(
    'https://vault.azure.cn/.default',
  );
});

it('has another cloud with its own domain', () => {
  const china = {
    ...{ ...spec, vaultUrl: 'https://pay.vault.azure.cn', resource: 'https://vault.azure.cn' },
    authorityUrl: 'https://login.partner.microsoftonline.cn',
  };
  expect(azureSpecSchema.parse(china)).toMatchObject(china);
});

it.each([
  ['a vault of somebody else', { vaultUrl: 'https://vault.evil.test' }],
  ['a vault that ends alike', { vaultUrl: 'https://evilvault.azure.net' }],
  ['a vault of another cloud', { vaultUrl: 'https://pay.vault.azure.cn' }],
  ['a vault without TLS', { vaultUrl: 'http://pay.vault.azure.net' }],
  ['a vault with a path', { vaultUrl: 'https://pay.vault.azure.net/secrets' }],
  ['an authority with a user', { authorityUrl: 'https://user@login.test' }],
  ['a tenant that is a path', { tenantId: '../other' }],
  ['a client that is none', { clientId: 'application' }],
  ['an audience of nothing', { audience: '' }],
  ['a member that it does not know', { clientSecret: 'value' }],
])('refuses %s', (_what, change) => {
  expect(azureSpecSchema.safeParse({ ...spec, ...change }).success).toBe(false);
});
