import { anonymousUser } from '../authn/authenticator.js';
import { parseBearerToken } from '../authn/bearer-token.js';
import type { ServiceAccountTokens, VerifiedToken } from '../authn/service-account-tokens.js';
import { TokenRefused } from '../authn/token-refused.js';
import { readObject, readText, readTexts } from '../authn/typed-member.js';
import { badRequest } from '../model/api-status.js';
import type { UserInfo } from '../model/identity.js';
import { isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject, KubeObject } from '../model/kube-object.js';

const kind = 'TokenReview';

/**
 * Handles POST tokenreviews with a 201. The token is parsed like an Authorization header, so a
 * token with leading blanks is anonymous, as in the API server. The client's `status` stays if the
 * result has no own status members. Throws BadRequest.
 * https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/
 */
export function reviewToken(object: KubeObject, tokens: ServiceAccountTokens): KubeObject {
  const place = { kind, within: kind, path: 'spec' };
  const given = readObject(object['spec'], place, 'v1.TokenReviewSpec');
  const at = (name: string) => ({ kind, within: 'TokenReviewSpec', path: `spec.${name}` });
  const token = readText(given?.['token'], at('token'));
  const audiences = readTexts(given?.['audiences'], at('audiences'));
  if (token === '') throw badRequest('token is required for TokenReview in authentication');
  const { namespace: _, uid: __, creationTimestamp: ___, ...metadata } = object.metadata;
  return {
    kind,
    apiVersion: 'authentication.k8s.io/v1',
    metadata,
    spec: { token, ...(audiences.length > 0 && { audiences }) },
    status: statusOf(
      outcomeOf(token, audiences.length > 0 ? audiences : tokens.apiAudiences, tokens),
      isJsonObject(object['status']) ? object['status'] : {},
    ),
  };
}

function outcomeOf(
  token: string,
  audiences: readonly string[],
  tokens: ServiceAccountTokens,
): VerifiedToken | TokenRefused {
  const bearer = parseBearerToken(`Bearer ${token}`).token;
  if (bearer === undefined) return { user: anonymousUser, audiences };
  try {
    return tokens.verify(bearer, audiences);
  } catch (error) {
    if (error instanceof TokenRefused) return error;
    throw error;
  }
}

function statusOf(outcome: VerifiedToken | TokenRefused, given: JsonObject): JsonObject {
  if (outcome instanceof TokenRefused) {
    const { user, audiences } = given;
    return {
      user: isJsonObject(user) ? user : {},
      ...(Array.isArray(audiences) && audiences.length > 0 && { audiences }),
      error: outcome.message,
    };
  }
  const { error } = given;
  return {
    authenticated: true,
    user: writeUser(outcome.user),
    audiences: [...outcome.audiences],
    ...(typeof error === 'string' && error !== '' && { error }),
  };
}

function writeUser({ username, uid, groups, extra }: UserInfo): JsonObject {
  const written: Record<string, Json> = {};
  for (const [key, values] of Object.entries(extra)) written[key] = [...values];
  return {
    username,
    ...(uid !== '' && { uid }),
    ...(groups.length > 0 && { groups: [...groups] }),
    ...(Object.keys(written).length > 0 && { extra: written }),
  };
}
