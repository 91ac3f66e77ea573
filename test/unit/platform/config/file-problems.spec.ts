import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError, loadConfigForStart } from '../../../../src/platform/config/config.js';
import {
  createCertificateAuthority,
  issueCertificate,
} from '../../../../src/core/certificate-authority.js';

let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-files-'));
  const authority = await createCertificateAuthority('test', 1);
  for (const name of ['one', 'other']) {
    const request = { commonName: name, hosts: ['localhost'], validDays: 1 };
    const pair = await issueCertificate(authority, request);
    file(`${name}.crt`, `${pair.certificate}\n${authority.certificate}\n`);
    file(`${name}.key`, pair.key);
  }
  file('nonsense', 'shhhhhh');
});

afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

const at = (name: string) => join(dir, name);

function problemsOf(environment: Readonly<Record<string, string>>, yaml?: string) {
  try {
    const source = yaml === undefined ? {} : { file: file('sallyport.yaml', yaml) };
    loadConfigForStart({ ...source, environment });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

function tls(cert: string, key: string) {
  return { SALLYPORT_TLS_CERT: at(cert), SALLYPORT_TLS_KEY: at(key) };
}

describe('a certificate and a key', () => {
  it('that belong together are taken', () => {
    expect(problemsOf(tls('one.crt', 'one.key'))).toEqual([]);
  });

  it('that do not are refused, with both settings and files', () => {
    expect(problemsOf(tls('one.crt', 'other.key'))).toEqual([
      `SALLYPORT_TLS_CERT and SALLYPORT_TLS_KEY: the certificate ${at('one.crt')} and the key ` +
        `${at('other.key')} do not belong together`,
    ]);
    const yaml = `listen: { tls: { cert: ${at('one.crt')}, key: ${at('other.key')} } }`;
    expect(problemsOf({}, yaml)).toEqual([
      expect.stringMatching(/^listen\.tls\.cert and listen\.tls\.key: .* do not belong together$/),
    ]);
  });

  it('that are none are refused, each with its setting and without its content', () => {
    expect(problemsOf(tls('nonsense', 'nonsense'))).toEqual([
      `SALLYPORT_TLS_CERT: the file ${at('nonsense')} holds no certificate (PEM)`,
      `SALLYPORT_TLS_KEY: the file ${at('nonsense')} holds no private key (PEM, no passphrase)`,
    ]);
  });

  it('that the sandbox makes need not be there yet', () => {
    expect(problemsOf({ SALLYPORT_DATA_DIR: at('absent') })).toEqual([]);
  });
});

describe('a file that is not there', () => {
  const absent = '/absent/file';

  it.each([
    ['SALLYPORT_TLS_CERT', {}],
    ['KUBECONFIG', { SALLYPORT_KUBERNETES: 'kubeconfig', SALLYPORT_NAMESPACES_SERVED: 'pay' }],
    ['SALLYPORT_AUDIENCE_FILE', {}],
  ])('is named with the variable that names it: %s', (name, others) => {
    const environment = { ...tls('one.crt', 'one.key'), ...others, [name]: absent };
    expect(problemsOf(environment)).toEqual([`${name}: the file ${absent} does not exist`]);
  });

  it('is named with its key in the file that names it', () => {
    const issuer = `{ url: 'https://x.test', audiences: [a], certificateAuthorityFile: ${absent} }`;
    const yaml = `
listen: { tls: { cert: ${absent}, key: ${at('one.key')} } }
auth: { jwt: [{ issuer: ${issuer}, claimMappings: { username: { claim: sub } } }] }
`;
    expect(problemsOf({}, yaml)).toEqual([
      `auth.jwt.0.issuer.certificateAuthorityFile: the file ${absent} does not exist`,
      `listen.tls.cert: the file ${absent} does not exist`,
    ]);
  });

  it('is named with --config where that names it', () => {
    expect(() => loadConfigForStart({ file: absent, environment: {} })).toThrow(
      `--config: the file ${absent} does not exist`,
    );
  });

  it('is no matter where nothing uses it: a kubeconfig for others', () => {
    expect(problemsOf({ KUBECONFIG: absent })).toEqual([]);
  });
});

it('a folder in place of a file is called one', () => {
  expect(problemsOf({ ...tls('one.crt', 'one.key'), SALLYPORT_TLS_CERT: dir })).toEqual([
    `SALLYPORT_TLS_CERT: the file ${dir} is a folder`,
  ]);
});

describe('the file of an anchor or of a sink', () => {
  it.each(['a folder', 'a link to itself', 'a file of no folder'])('may be %s', (kind) => {
    const path = kind === 'a folder' ? dir : at(`${kind}/file`);
    if (kind === 'a link to itself') symlinkSync(at(kind), at(kind));
    const sink = `{ name: siem, file: { path: ${path}x } }`;
    const yaml = `audit: { anchors: [{ file: { path: ${path} } }], sinks: [${sink}] }`;
    expect(problemsOf({}, yaml)).toEqual([]);
  });

  it('is one of its own', () => {
    const anchor = `{ file: { path: ${at('same')} } }`;
    expect(problemsOf({}, `audit: { anchors: [${anchor}, ${anchor}] }`)).toEqual([
      expect.stringContaining(`the same file ${at('same')}, but each needs one of its own`),
    ]);
  });
});
