import type {
  CertificateRules,
  GeneratedKey,
  Generator,
  PasswordRules,
} from '../../../../../src/rotation/domain/rotation-spec.js';

export function generated(key: string, generator: Generator): GeneratedKey {
  return { key, generator };
}

export function passwordRules(rules: Partial<PasswordRules> = {}): PasswordRules {
  return { length: 32, classes: ['lower', 'upper', 'digits'], allow: '', forbid: '', ...rules };
}

export function passwordAt(key: string, rules: Partial<PasswordRules> = {}): GeneratedKey {
  return generated(key, { kind: 'password', password: passwordRules(rules) });
}

export function templateAt(key: string, template: string): GeneratedKey {
  return generated(key, { kind: 'template', template });
}

export function rawAt(key: string, sizeBytes = 32): GeneratedKey {
  return generated(key, { kind: 'bytes', bytes: { sizeBytes, encoding: 'raw' } });
}

export function certificateRules(rules: Partial<CertificateRules> = {}): CertificateRules {
  return {
    commonName: 'web',
    dnsNames: [],
    ipAddresses: [],
    uris: [],
    lifetimeMs: 90 * 24 * 60 * 60 * 1_000,
    algorithm: { name: 'ECDSA', curve: 'P-256' },
    certificateKey: 'tls.crt',
    caKey: undefined,
    ca: undefined,
    ...rules,
  };
}
