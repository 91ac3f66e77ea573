import { z } from 'zod';
import { limits } from '../../core/limits.js';

const text = z.string().min(1);

const claimOrExpression = z.strictObject({
  claim: text.optional(),
  expression: text.optional(),
});
const prefixedClaimOrExpression = claimOrExpression.extend({ prefix: z.string().optional() });

const issuer = z.strictObject({
  url: text,
  discoveryURL: text.optional(),
  /** PEM, as in Kubernetes: the text itself, not a file. */
  certificateAuthority: text.optional(),
  audiences: z.array(text).min(1),
  audienceMatchPolicy: z.enum(['', 'MatchAny']).optional(),
  /** Proxy of the API server to use; the gateway connects directly. */
  egressSelectorType: z.enum(['', 'controlplane', 'cluster']).optional(),
});

const jwtAuthenticator = z.strictObject({
  issuer,
  claimValidationRules: z
    .array(
      z.strictObject({
        claim: text.optional(),
        requiredValue: z.string().optional(),
        expression: text.optional(),
        message: z.string().optional(),
      }),
    )
    .default([]),
  claimMappings: z.strictObject({
    username: prefixedClaimOrExpression,
    groups: prefixedClaimOrExpression.optional(),
    uid: claimOrExpression.optional(),
    extra: z.array(z.strictObject({ key: text, valueExpression: text })).default([]),
  }),
  userValidationRules: z
    .array(z.strictObject({ expression: text, message: z.string().optional() }))
    .default([]),
});

/** Anonymous access to the API server; the gateway allows none, so it is ignored. */
const anonymous = z.strictObject({
  enabled: z.boolean(),
  conditions: z.array(z.strictObject({ path: z.string() })).optional(),
});

/**
 * Kubernetes' own file, so that one is enough for the API server and the gateway.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-authentication-configuration
 */
const authenticationConfiguration = z.strictObject({
  apiVersion: z.literal('apiserver.config.k8s.io/v1'),
  kind: z.literal('AuthenticationConfiguration'),
  jwt: z.array(jwtAuthenticator).max(limits.issuersMax),
  anonymous: anonymous.optional(),
});

export type JwtAuthenticator = z.infer<typeof jwtAuthenticator>;

/** Position in the configuration, and its fault. */
export interface ConfigurationProblem {
  readonly path: string;
  readonly reason: string;
}

/** Returns the authenticators of a parsed file, or the faults of its shape. */
export function readAuthenticators(
  tree: unknown,
): readonly JwtAuthenticator[] | { readonly problems: readonly ConfigurationProblem[] } {
  const parsed = authenticationConfiguration.safeParse(tree);
  if (parsed.success) return parsed.data.jwt;
  const problems = parsed.error.issues.map(({ path, message }) => ({
    path: pathOf(path) || '(root)',
    reason: message,
  }));
  return { problems };
}

/** Returns a path as Kubernetes writes it: `jwt[0].issuer.url`. */
function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
