import { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import type { AuditSettings } from './audit-settings.js';
import { HEADER_FILE_RULE, headersIn } from './header-file.js';
import { SettingFileError, readSettingFile } from './read-setting-file.js';
import type { Problem } from './setting-problem.js';
import { WEBHOOK_SECRET_RULE, isWebhookSecret } from './webhook-secret.js';

type Check = (file: string) => void;
type WrittenFile = readonly [path: string, file: string | undefined];
type ReadFile = readonly [...WrittenFile, check: Check];

/**
 * Returns problems of the files that the anchors and sinks of the audit trail name. Whether a file
 * can be written is not checked: anyone who can write its folder would decide whether the gateway
 * starts.
 */
export function auditFileProblems(audit: AuditSettings): readonly Problem[] {
  const written: WrittenFile[] = [];
  const read: ReadFile[] = [];
  const sections = [
    ...audit.anchors.map((one, index) => [`audit.anchors.${index}`, one] as const),
    ...audit.sinks.map((one, index) => [`audit.sinks.${index}`, one] as const),
  ];
  for (const [path, { file, webhook }] of sections) {
    written.push([`${path}.file.path`, file?.path]);
    read.push([`${path}.webhook.secretFile`, webhook?.secretFile, checkSecret]);
    const authority = webhook?.certificateAuthorityFile;
    read.push([`${path}.webhook.certificateAuthorityFile`, authority, checkAuthority]);
  }
  audit.sinks.forEach(({ otlp }, index) => {
    const path = `audit.sinks.${index}.otlp`;
    read.push([`${path}.headersFile`, otlp?.headersFile, checkHeaders]);
    read.push([`${path}.certificateAuthorityFile`, otlp?.certificateAuthorityFile, checkAuthority]);
  });
  return [...sharedFiles(written), ...read.flatMap(problemOf)];
}

function problemOf([path, file, check]: ReadFile): readonly Problem[] {
  if (file === undefined) return [];
  try {
    check(file);
    return [];
  } catch (error) {
    if (!(error instanceof SettingFileError)) throw error;
    return [{ paths: [path], message: error.message }];
  }
}

function sharedFiles(files: readonly WrittenFile[]): readonly Problem[] {
  const named = files.filter(([, file]) => file !== undefined);
  const users = Map.groupBy(named, ([, file = '']) => resolve(file));
  return [...users].flatMap(([file, settings]) => {
    if (settings.length === 1) return [];
    const paths = settings.map(([path]) => path);
    return [{ paths, message: `the same file ${file}, but each needs one of its own` }];
  });
}

function checkSecret(file: string): void {
  if (isWebhookSecret(readSettingFile(file))) return;
  throw new SettingFileError(`the file ${file} holds no key: ${WEBHOOK_SECRET_RULE}`);
}

function checkHeaders(file: string): void {
  if (headersIn(readSettingFile(file)) !== undefined) return;
  throw new SettingFileError(`the file ${file} holds no header fields: ${HEADER_FILE_RULE}`);
}

function checkAuthority(file: string): void {
  const text = readSettingFile(file);
  try {
    // The first certificate of the file, with which OpenSSL starts.
    if (new X509Certificate(text).ca) return;
  } catch {
    // Reported below.
  }
  throw new SettingFileError(`the file ${file} holds no certificate of an authority (PEM)`);
}
