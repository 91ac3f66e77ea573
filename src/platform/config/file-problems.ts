import { X509Certificate, createPrivateKey } from 'node:crypto';
import { auditFileProblems } from './audit-file-problems.js';
import type { Config } from './config.schema.js';
import { readDocumentFiles } from './document-files.js';
import { madeAuthorityFile, madeTlsFiles } from './mode-defaults.js';
import { SettingFileError, readSettingFile } from './read-setting-file.js';
import type { Problem } from './setting-problem.js';

/** Returns problems of the files that a configuration names and the start needs. */
export function fileProblems(config: Config): readonly Problem[] {
  const { kubernetes, auth } = config;
  const files: (readonly [path: string, file: string | undefined])[] = [];
  if (kubernetes.mode === 'kubeconfig') {
    files.push(['kubernetes.kubeconfig', kubernetes.kubeconfig]);
  }
  auth.jwt.forEach(({ issuer }, index) => {
    const path = `auth.jwt.${index}.issuer.certificateAuthorityFile`;
    files.push([path, issuer.certificateAuthorityFile]);
  });
  const problems: Problem[] = [];
  for (const [path, file] of files) {
    if (file !== undefined) readInto(problems, path, file, (text) => text);
  }
  return [
    ...problems,
    ...listenerProblems(config),
    ...admissionProblems(config),
    ...kubectlProblems(config),
    ...documentProblems(config),
    ...auditFileProblems(config.audit),
  ];
}

/** Returns problems of the persisted documents. */
function documentProblems({ graphql: { documents } }: Config): readonly Problem[] {
  const { folder } = documents;
  if (folder === undefined) return [];
  const problems: Problem[] = [];
  tryInto(problems, 'graphql.documents.folder', () => readDocumentFiles(folder));
  return problems;
}

/** Returns problems of the authority, unless the sandbox's start creates it. */
function kubectlProblems({ kubernetes, kubectl, dataDir }: Config): readonly Problem[] {
  const { certificateAuthority: file } = kubectl;
  if (file === undefined) return [];
  if (kubernetes.mode === 'sandbox' && file === madeAuthorityFile(dataDir)) return [];
  const problems: Problem[] = [];
  readInto(problems, 'kubectl.certificateAuthority', file, certificateOf);
  return problems;
}

/** Returns problems of the files of HTTPS, unless the sandbox's start creates them. */
function listenerProblems({ listen: { tls }, kubernetes, dataDir }: Config): readonly Problem[] {
  const isMade = kubernetes.mode === 'sandbox' && tls?.cert === madeTlsFiles(dataDir).cert;
  return tls === undefined || isMade ? [] : tlsProblems('listen.tls', tls);
}

function admissionProblems({ admission }: Config): readonly Problem[] {
  if (admission === undefined) return [];
  const problems = tlsProblems('admission', admission);
  const { clientCa } = admission;
  if (clientCa !== undefined) readInto(problems, 'admission.clientCa', clientCa, certificateOf);
  return problems;
}

interface KeyPairFiles {
  readonly cert: string;
  readonly key: string;
}

/** Returns problems of a certificate and its key, which the settings at a path name. */
function tlsProblems(path: string, files: KeyPairFiles): Problem[] {
  const problems: Problem[] = [];
  const certificate = readInto(problems, `${path}.cert`, files.cert, certificateOf);
  const key = readInto(problems, `${path}.key`, files.key, keyOf);
  if (certificate && key && !certificate.checkPrivateKey(key)) {
    problems.push({
      paths: [`${path}.cert`, `${path}.key`],
      message: `the certificate ${files.cert} and the key ${files.key} do not belong together`,
    });
  }
  return problems;
}

/** Parses the file; if that fails, adds a problem and returns undefined. */
function readInto<T>(
  problems: Problem[],
  path: string,
  file: string,
  parse: (text: string, file: string) => T,
): T | undefined {
  return tryInto(problems, path, () => parse(readSettingFile(file), file));
}

/** Reads what a setting names; if that fails, adds a problem and returns undefined. */
function tryInto<T>(problems: Problem[], path: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingFileError)) throw error;
    problems.push({ paths: [path], message: error.message });
    return undefined;
  }
}

function certificateOf(text: string, file: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new SettingFileError(`the file ${file} holds no certificate (PEM)`);
  }
}

function keyOf(text: string, file: string) {
  try {
    return createPrivateKey(text);
  } catch {
    // OpenSSL's message is omitted: it may quote the key.
    throw new SettingFileError(`the file ${file} holds no private key (PEM, no passphrase)`);
  }
}
