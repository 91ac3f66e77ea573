import { z } from 'zod';
import { isInDomain, plainHttpsUrl } from './cloud-urls.js';
import { caSecretReference } from './secret-key-reference.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const URL_CHARACTERS_MAX = 253 + 'https://:65535/'.length;

const uuid = z.string().regex(UUID, 'must be a UUID in lower case');
const url = z
  .string()
  .max(URL_CHARACTERS_MAX)
  .refine((text) => plainHttpsUrl(text) !== undefined, 'must be https://, a host, and no path');

/**
 * Member `azure` of the spec of an ExternalStore. A vault must be a host of the resource that its
 * tokens are for, as the clients of Azure demand of a challenge: otherwise the vault of somebody
 * else would get tokens for every vault.
 * https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses
 */
export const azureSpecSchema = z
  .strictObject({
    vaultUrl: url.meta({
      description: 'URL of the vault.',
      example: 'https://pay.vault.azure.net',
    }),
    caSecret: caSecretReference,
    tenantId: uuid.meta({ description: 'Directory (tenant) of the application.' }),
    clientId: uuid.meta({ description: 'Application with a federated credential.' }),
    audience: z
      .string()
      .min(1)
      .max(256)
      .default('api://AzureADTokenExchange')
      .meta({ description: 'Audience of the token of the ServiceAccount.' }),
    authorityUrl: url
      .default('https://login.microsoftonline.com')
      .meta({ description: 'Microsoft Entra; another one for a sovereign cloud.' }),
    resource: url
      .default('https://vault.azure.net')
      .meta({ description: 'Resource of tokens: domain of all vaults of the cloud.' }),
  })
  .refine(({ vaultUrl, resource }) => isOfResource(vaultUrl, resource), {
    path: ['vaultUrl'],
    error: 'must be a host of the domain of resource',
  });

export type AzureSpec = z.infer<typeof azureSpecSchema>;

/** Returns the scope that a login asks for. */
export function azureScope({ resource }: Pick<AzureSpec, 'resource'>): string {
  return `${resource.replace(/\/$/, '')}/.default`;
}

function isOfResource(vaultUrl: string, resource: string): boolean {
  const vault = plainHttpsUrl(vaultUrl);
  const domain = plainHttpsUrl(resource)?.hostname;
  return vault !== undefined && domain !== undefined && isInDomain(vault, domain);
}
