import { Buffer } from 'node:buffer';
import { limits } from '../../core/limits.js';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const dataKey = '[-._a-zA-Z0-9]+';
const qualifiedName = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = `(${qualifiedName})?`;

const patterns = {
  label: new RegExp(`^${label}$`),
  subdomain: new RegExp(`^${subdomain}$`),
  dataKey: new RegExp(`^${dataKey}$`),
  qualifiedName: new RegExp(`^${qualifiedName}$`),
  labelValue: new RegExp(`^${labelValue}$`),
};

const qualifiedNameRule =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
  `alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', ${shown(qualifiedName)})`;

// Each rule checks the length first, which also limits the work of the pattern.

/**
 * Returns why `name` cannot name a Secret, in Kubernetes' words; undefined if it can. apimachinery
 * `NameIsDNSSubdomain`.
 */
export function secretNameReason(name: string): string | undefined {
  if (tooLong(name, 253)) return longerThan(253);
  if (patterns.subdomain.test(name)) return undefined;
  return (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or " +
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', " +
    `${shown(subdomain)})`
  );
}

/** Returns why a namespace cannot have this name, else undefined. apimachinery `IsDNS1123Label`. */
export function namespaceReason(name: string): string | undefined {
  if (tooLong(name, 63)) return longerThan(63);
  if (patterns.label.test(name)) return undefined;
  if (patterns.subdomain.test(name)) return 'must not contain dots';
  return (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and " +
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', " +
    `${shown(label)})`
  );
}

/** Returns why `key` is no Secret key; undefined if it is. apimachinery `IsConfigMapKey`. */
export function dataKeyReason(key: string): string | undefined {
  if (tooLong(key, 253)) return longerThan(253);
  if (!patterns.dataKey.test(key)) {
    return (
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.' " +
      `(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', ${shown(dataKey)})`
    );
  }
  if (key === '.' || key === '..') return `must not be '${key}'`;
  return key.startsWith('..') ? "must not start with '..'" : undefined;
}

/** Returns why `key` is no label key; undefined if it is. apimachinery `IsLabelKey`. */
export function labelKeyReason(key: string): string | undefined {
  const parts = key.split('/', 3);
  if (parts.length > 2) {
    const optional = "an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return `a valid label key ${qualifiedNameRule} with ${optional}`;
  }
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? parts[0] : undefined;
  if (prefix === '') return 'prefix part must be non-empty';
  const prefixReason = prefix === undefined ? undefined : secretNameReason(prefix);
  if (prefixReason !== undefined) return `prefix part ${prefixReason}`;
  if (name === '') return 'name part must be non-empty';
  if (tooLong(name, 63)) return `name part ${longerThan(63)}`;
  return patterns.qualifiedName.test(name) ? undefined : `name part ${qualifiedNameRule}`;
}

/** Returns why `value` is no label value; undefined if it is. apimachinery `IsLabelValue`. */
export function labelValueReason(value: string): string | undefined {
  if (tooLong(value, 63)) return longerThan(63);
  if (patterns.labelValue.test(value)) return undefined;
  return (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or " +
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or " +
    `'my_value',  or '12345', ${shown(labelValue)})`
  );
}

/** Checks like labels, but the prefix may have capitals. apimachinery `ValidateAnnotations`. */
export function annotationKeyReason(key: string): string | undefined {
  return labelKeyReason(key.toLowerCase());
}

/** Returns why annotations exceed the total size. apimachinery `ValidateAnnotationsSize`. */
export function annotationsSizeReason(
  annotations: Readonly<Record<string, string>>,
): string | undefined {
  let sizeBytes = 0;
  for (const [key, value] of Object.entries(annotations)) {
    sizeBytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (sizeBytes <= limits.annotationBytesMax) return undefined;
  return `may not be more than ${limits.annotationBytesMax} bytes`;
}

function tooLong(text: string, bytesMax: number): boolean {
  return Buffer.byteLength(text) > bytesMax;
}

function longerThan(bytesMax: number): string {
  return `must be no more than ${bytesMax} characters`;
}

function shown(pattern: string): string {
  return `regex used for validation is '${pattern}'`;
}
