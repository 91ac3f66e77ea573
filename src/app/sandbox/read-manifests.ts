import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** Object in a file of `deploy/`. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const understood = new Set(['apiVersion', 'kind', 'resources']);

/**
 * Returns the objects of a YAML file, or of a folder's `kustomization.yaml` and its resources, in
 * order. Throws if the file uses more of kustomize than `resources`.
 */
export function readManifests(path: string): readonly Manifest[] {
  if (!statSync(path).isDirectory()) return documentsOf(path).map((it) => manifestOf(it, path));
  const file = join(path, 'kustomization.yaml');
  const [kustomization = {}] = documentsOf(file);
  const unknown = Object.keys(kustomization).find((key) => !understood.has(key));
  if (unknown !== undefined) throw new Error(`${file}: ${unknown} is not understood here`);
  const { resources } = kustomization as { readonly resources?: readonly string[] };
  return (resources ?? []).flatMap((resource) => readManifests(join(path, resource)));
}

function documentsOf(file: string): readonly object[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Error(`${file}: ${error.message}`);
    const value: unknown = document.toJS();
    return typeof value === 'object' && value !== null ? [value] : [];
  });
}

function manifestOf(document: object, file: string): Manifest {
  const { apiVersion, kind, metadata } = document as Partial<Manifest>;
  if (apiVersion === undefined || kind === undefined || metadata?.name === undefined) {
    throw new Error(`${file}: an object needs apiVersion, kind and metadata.name`);
  }
  return document as Manifest;
}
