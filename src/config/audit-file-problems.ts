import { accessSync, constants, statSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import type { AuditSettings } from './audit-settings.js';
import { HEADER_FILE_RULE, headersIn } from './header-file.js';
import { SettingFileError, readSettingFile } from './read-setting-file.js';
import type { Problem } from './setting-problem.js';
import { WEBHOOK_SECRET_RULE, isWebhookSecret } from './webhook-secret.js';

type Check = (file: string) => void;
type NamedFile = readonly [path: string, file: string | undefined, check: Check];

/** What is wrong with the files that anchors and sinks of the audit trail name. */
export function auditFileProblems(audit: AuditSettings): readonly Problem[] {
  const written: NamedFile[] = [];
  const read: NamedFile[] = [];
  const sections = [
    ...audit.anchors.map((one, index) => [`audit.anchors.${index}`, one] as const),
    ...audit.sinks.map((one, index) => [`audit.sinks.${index}`, one] as const),
  ];
  for (const [path, { file, webhook }] of sections) {
    written.push([`${path}.file.path`, file?.path, checkWritable]);
    read.push([`${path}.webhook.secretFile`, webhook?.secretFile, checkSecret]);
    const authority = webhook?.certificateAuthorityFile;
    read.push([`${path}.webhook.certificateAuthorityFile`, authority, checkAuthority]);
  }
  audit.sinks.forEach(({ otlp }, index) => {
    const path = `audit.sinks.${index}.otlp`;
    read.push([`${path}.headersFile`, otlp?.headersFile, checkHeaders]);
    read.push([`${path}.certificateAuthorityFile`, otlp?.certificateAuthorityFile, checkAuthority]);
  });
  return [...sharedFiles(written), ...[...read, ...written].flatMap(problemOf)];
}

function problemOf([path, file, check]: NamedFile): readonly Problem[] {
  if (file === undefined) return [];
  try {
    check(file);
    return [];
  } catch (error) {
    if (!(error instanceof SettingFileError)) throw error;
    return [{ paths: [path], message: error.message }];
  }
}

function sharedFiles(files: readonly NamedFile[]): readonly Problem[] {
  const named = files.filter(([, file]) => file !== undefined);
  const users = Map.groupBy(named, ([, file = '']) => resolve(file));
  return [...users].flatMap(([file, settings]) => {
    if (settings.length === 1) return [];
    const paths = settings.map(([path]) => path);
    return [{ paths, message: `the same file ${file}, but each needs one of its own` }];
  });
}

/** A file that is not there yet can be made where its folder can be written. */
function checkWritable(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new SettingFileError(`the file ${file} is a folder`);
  const target = found === undefined ? dirname(file) : file;
  try {
    accessSync(target, constants.W_OK);
  } catch {
    const what = found === undefined ? `the folder ${target} of ${file}` : `the file ${file}`;
    throw new SettingFileError(`${what} cannot be written by this user, or is not there`);
  }
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
    // The first of the file, which OpenSSL goes on from.
    if (new X509Certificate(text).ca) return;
  } catch {
    // Said below.
  }
  throw new SettingFileError(`the file ${file} holds no certificate of an authority (PEM)`);
}
