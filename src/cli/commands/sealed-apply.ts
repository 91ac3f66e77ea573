import { parseArgs } from 'node:util';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { parseJson } from '../../core/parse-json.js';
import { sealingLimits } from '../../core/sealing-limits.js';
import { membersOf } from '../../secrets/domain/body-members.js';
import { namespaceReason } from '../../secrets/domain/names.js';
import { type ManifestText, manifestOf } from '../../secrets/domain/sealed-secrets.js';
import { parseYamlManifest } from '../../sealing/domain/yaml-manifest.js';
import { type CommandIo, type ExitCode, UsageError } from '../command.js';
import { readNamedFile } from '../named-file.js';
import { type GatewayAnswer, sendManifest } from '../send-manifest.js';

export const summary = 'applies SealedSecrets through a gateway';

export const usage = `sallyport sealed apply URL FILE... [OPTIONS]

Sends each manifest of kubeseal to the gateway at URL, which opens its values and writes the Secret
with your rights. All files are read before the first is sent. Needs no database.

  --namespace NAME    namespace of manifests that name none
  --dry-run           has the gateway check all, and write nothing
  --header-file FILE  header fields of the requests, such as Authorization: Bearer …
  --ca FILE           certificate of the authority of the URL (PEM)

Ends with 0 where all were applied; with 1 where the gateway refused some; with 2 where it could
not be done.`;

const options = {
  namespace: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  'header-file': { type: 'string' },
  ca: { type: 'string' },
} as const;

interface ReadManifest extends ManifestText {
  readonly file: string;
  readonly namespace: string;
}

export async function run(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [base = '', ...files] = positionals;
  if (!/^https?:\/\//.test(base)) throw new UsageError('name the URL of the gateway first');
  if (files.length === 0 || files.length > sealingLimits.filesMax) {
    throw new UsageError(`name 1 to ${sealingLimits.filesMax} files with manifests`);
  }
  const manifests = files.map((file) => readManifest(file, values.namespace));
  const { 'header-file': headerFile, ca: certificateAuthorityFile } = values;
  let refused = 0;
  for (const { file, namespace, bytes, syntax } of manifests) {
    const url = new URL(
      `v1/namespaces/${namespace}/sealedsecrets${values['dry-run'] ? '?dryRun=All' : ''}`,
      base.endsWith('/') ? base : `${base}/`,
    );
    const body = { bytes, mediaType: `application/${syntax}` };
    const answer = await sendManifest(url, body, { headerFile, certificateAuthorityFile });
    const isApplied = answer.status === 200 || answer.status === 201;
    if (isApplied) io.out(`${file}: ${answer.status === 201 ? 'created' : 'applied'}\n`);
    else io.err(`${file}: ${refusalOf(answer)}\n`);
    refused += isApplied ? 0 : 1;
  }
  return refused === 0 ? 0 : 1;
}

/** Reads a manifest, as far as its namespace; the gateway checks all of it. */
function readManifest(file: string, otherwise: string | undefined): ReadManifest {
  const manifest = manifestOf(readNamedFile(file, sealingLimits.manifestBytesMax));
  const { metadata } = membersOf(parsed(file, manifest));
  const { namespace = otherwise } = membersOf(metadata);
  if (typeof namespace !== 'string' || namespaceReason(namespace) !== undefined) {
    throw new UsageError(`${file} names no namespace: --namespace NAME`);
  }
  return { ...manifest, file, namespace };
}

function parsed(file: string, { bytes, syntax }: ManifestText): unknown {
  try {
    return syntax === 'json' ? parseJson(bytes) : parseYamlManifest(bytes);
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error;
    throw new UsageError(`${file}: ${error.message}`);
  }
}

/** Returns the words of the gateway's problem, without control characters. */
function refusalOf({ status, text }: GatewayAnswer): string {
  try {
    const { code, detail } = membersOf(JSON.parse(text));
    if (typeof code !== 'string' || typeof detail !== 'string') return `refused with ${status}`;
    const words = `${code}: ${detail}`.replaceAll(/\p{Cc}/gu, ' ');
    return words.slice(0, sealingLimits.detailCharactersMax);
  } catch {
    return `refused with ${status}`;
  }
}
