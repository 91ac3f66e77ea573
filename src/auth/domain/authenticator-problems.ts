import { X509Certificate } from 'node:crypto';
import type { ConfigurationProblem, JwtAuthenticator } from './authentication-configuration.js';
import { issuerUrlProblem } from './issuer-url.js';

/** Characters of a header name; Kubernetes requires a lower-case domain-prefixed path. */
const EXTRA_KEY = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[a-z0-9!#$&'*+.^_`|~%-]+$/;
const KUBERNETES_DOMAIN = /^([^/]*\.)?(kubernetes|k8s)\.io\//;

type Say = (path: string, reason: string) => void;

/** Checks kube-apiserver's rules beyond the shape, except rules about expressions. */
export function authenticatorProblems(
  authenticators: readonly JwtAuthenticator[],
): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const urls = authenticators.map(({ issuer }) => issuer.url);
  const discoveries = authenticators.map(({ issuer }) => issuer.discoveryURL);
  authenticators.forEach((authenticator, index) => {
    const say: Say = (path, reason) => {
      problems.push({ path: `jwt[${index}].${path}`, reason });
    };
    checkIssuer(authenticator.issuer, say);
    checkRules(authenticator.claimValidationRules, say);
    checkMappings(authenticator.claimMappings, say);
    checkUserRules(authenticator.userValidationRules, say);
    if (isRepeated(urls, index)) say('issuer.url', 'is that of another entry');
    if (isRepeated(discoveries, index)) say('issuer.discoveryURL', 'is that of another entry');
  });
  return problems;
}

function checkIssuer(issuer: JwtAuthenticator['issuer'], say: Say): void {
  const { url, discoveryURL, certificateAuthority, audiences, audienceMatchPolicy } = issuer;
  const urlProblem = issuerUrlProblem(url);
  if (urlProblem !== undefined) say('issuer.url', urlProblem);
  if (discoveryURL !== undefined) {
    const problem = issuerUrlProblem(discoveryURL);
    if (problem !== undefined) say('issuer.discoveryURL', problem);
    if (withoutSlashes(url) === withoutSlashes(discoveryURL)) {
      say('issuer.discoveryURL', 'must be different from url');
    }
  }
  if (certificateAuthority !== undefined && !isCertificates(certificateAuthority)) {
    say('issuer.certificateAuthority', 'must be certificates in PEM');
  }
  audiences.forEach((_audience, index) => {
    if (isRepeated(audiences, index)) say(`issuer.audiences[${index}]`, 'is given twice');
  });
  if (audiences.length > 1 && audienceMatchPolicy !== 'MatchAny') {
    say('issuer.audienceMatchPolicy', 'must be MatchAny for multiple audiences');
  }
}

function checkRules(rules: JwtAuthenticator['claimValidationRules'], say: Say): void {
  const claims = rules.map((rule) => rule.claim);
  const expressions = rules.map((rule) => rule.expression);
  rules.forEach(({ claim, requiredValue, expression, message }, index) => {
    const path = `claimValidationRules[${index}]`;
    if (claim !== undefined && expression !== undefined) {
      say(path, "claim and expression can't both be set");
    } else if (claim === undefined && expression === undefined) {
      say(path, 'claim or expression is required');
    } else if (claim !== undefined && message !== undefined) {
      say(`${path}.message`, 'may not be specified when claim is set');
    } else if (expression !== undefined && requiredValue !== undefined) {
      say(`${path}.requiredValue`, 'may not be specified when expression is set');
    }
    if (isRepeated(claims, index)) say(`${path}.claim`, 'is given twice');
    if (isRepeated(expressions, index)) say(`${path}.expression`, 'is given twice');
  });
}

function checkMappings(mappings: JwtAuthenticator['claimMappings'], say: Say): void {
  checkPrefixed('username', mappings.username, say);
  const { claim, expression } = mappings.username;
  if (claim === undefined && expression === undefined) {
    say('claimMappings.username', 'claim or expression is required');
  }
  if (mappings.groups) checkPrefixed('groups', mappings.groups, say);
  if (mappings.uid?.claim !== undefined && mappings.uid.expression !== undefined) {
    say('claimMappings.uid', "claim and expression can't both be set");
  }
  const keys = mappings.extra.map(({ key }) => key);
  keys.forEach((key, index) => {
    const path = `claimMappings.extra[${index}].key`;
    if (!EXTRA_KEY.test(key)) say(path, 'must be a domain-prefixed path in lower case');
    if (KUBERNETES_DOMAIN.test(key)) {
      say(path, 'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use');
    }
    if (isRepeated(keys, index)) say(path, 'is given twice');
  });
}

function checkPrefixed(
  name: string,
  mapping: JwtAuthenticator['claimMappings']['username'],
  say: Say,
): void {
  const { claim, prefix, expression } = mapping;
  const path = `claimMappings.${name}`;
  if (claim !== undefined && expression !== undefined) {
    say(path, "claim and expression can't both be set");
  } else if (expression !== undefined && prefix !== undefined) {
    say(`${path}.prefix`, 'may not be specified when expression is set');
  } else if (claim !== undefined && prefix === undefined) {
    say(`${path}.prefix`, 'is required when claim is set; the empty string means none');
  }
}

function checkUserRules(rules: JwtAuthenticator['userValidationRules'], say: Say): void {
  const expressions = rules.map((rule) => rule.expression);
  rules.forEach((_rule, index) => {
    if (isRepeated(expressions, index)) {
      say(`userValidationRules[${index}].expression`, 'is given twice');
    }
  });
}

/** Reports whether an earlier entry is equal. */
function isRepeated(list: readonly (string | undefined)[], index: number): boolean {
  return list[index] !== undefined && list.indexOf(list[index]) < index;
}

function withoutSlashes(url: string): string {
  return url.replace(/\/+$/, '');
}

function isCertificates(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
    return blocks.length > 0;
  } catch {
    return false;
  }
}
