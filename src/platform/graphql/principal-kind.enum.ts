import { registerEnumType } from '@nestjs/graphql';

/** Kinds of credentials; `CLUSTER` if the gateway did not see the credential. */
export const PrincipalKind = {
  OIDC: 'oidc',
  SERVICE_ACCOUNT: 'serviceAccount',
  TOKEN: 'token',
  CERTIFICATE: 'certificate',
  CLUSTER: 'cluster',
} as const;
export type PrincipalKind = (typeof PrincipalKind)[keyof typeof PrincipalKind];

registerEnumType(PrincipalKind, {
  name: 'PrincipalKind',
  description: 'Kind of a credential.',
  valuesMap: {
    OIDC: { description: 'A token of an OIDC provider.' },
    SERVICE_ACCOUNT: { description: 'A token of a ServiceAccount.' },
    TOKEN: { description: 'A token of the gateway.' },
    CERTIFICATE: { description: 'A client certificate.' },
    CLUSTER: { description: 'A credential that only the API server saw.' },
  },
});
