import { Buffer } from 'node:buffer';

/** Violations by a value, in the API server's words; empty if the value is valid. */
export type Complaints = readonly string[];

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const qualifiedPart = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValuePattern = `(${qualifiedPart})?`;
const configKey = '[-._a-zA-Z0-9]+';

const labelOnly = new RegExp(`^${label}$`);
const subdomainOnly = new RegExp(`^${subdomain}$`);
const label1035Only = new RegExp(`^${label1035}$`);
const qualifiedPartOnly = new RegExp(`^${qualifiedPart}$`);
const labelValueOnly = new RegExp(`^${labelValuePattern}$`);
const configKeyOnly = new RegExp(`^${configKey}$`);

const startAndEnd = 'and must start and end with an alphanumeric character';
const lowerCase = 'must consist of lower case alphanumeric characters';
const subdomainText = `a lowercase RFC 1123 subdomain ${lowerCase}, '-' or '.', ${startAndEnd}`;
const labelText = `a lowercase RFC 1123 label ${lowerCase} or '-', ${startAndEnd}`;
const label1035Text =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
const qualifiedText = `must consist of alphanumeric characters, '-', '_' or '.', ${startAndEnd}`;
const labelValueText =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', " +
  startAndEnd;
const configKeyText = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";

/** Checks names of most objects: RFC 1123 subdomains. */
export function subdomainComplaints(value: string): Complaints {
  return subdomainWithUnit(value, 'characters');
}

/** Checks names of namespaces: RFC 1123 labels. */
export function labelComplaints(value: string): Complaints {
  const complaints = lengthComplaints(value, 63, 'characters');
  if (labelOnly.test(value)) return complaints;
  if (subdomainOnly.test(value)) return [...complaints, 'must not contain dots'];
  return [...complaints, pattern(labelText, label, 'my-name', '123-abc')];
}

/** Checks names of versions and kinds of custom resources: RFC 1035 labels. */
export function label1035Complaints(value: string): Complaints {
  const complaints = lengthComplaints(value, 63, 'characters');
  if (label1035Only.test(value)) return complaints;
  return [...complaints, pattern(label1035Text, label1035, 'my-name', 'abc-123')];
}

/** Checks names of RBAC objects and events: any valid path segment. */
export function pathSegmentComplaints(value: string): Complaints {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((part) => value.includes(part)).map((it) => `may not contain '${it}'`);
}

/** Checks keys of labels and names of finalizers: a name with an optional DNS prefix. */
export function qualifiedNameComplaints(value: string): Complaints {
  const partPattern = pattern(qualifiedText, qualifiedPart, 'MyName', 'my.name', '123-abc');
  const parts = value.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) {
    const optional = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [`a valid label key ${partPattern} ${optional}`];
  }
  const complaints = parts.length === 2 ? prefixComplaints(parts[0] ?? '') : [];
  if (name === '') complaints.push('name part must be non-empty');
  complaints.push(...lengthComplaints(name, 63, 'bytes').map((it) => `name part ${it}`));
  if (!qualifiedPartOnly.test(name)) complaints.push(`name part ${partPattern}`);
  return complaints;
}

/** Checks values of labels. */
export function labelValueComplaints(value: string): Complaints {
  const complaints = lengthComplaints(value, 63, 'bytes');
  if (labelValueOnly.test(value)) return complaints;
  const text = pattern(labelValueText, labelValuePattern, 'MyValue', 'my_value', '12345');
  return [...complaints, text];
}

/** Checks keys of Secrets and ConfigMaps. */
export function configKeyComplaints(value: string): Complaints {
  const complaints = [...lengthComplaints(value, 253, 'characters')];
  if (!configKeyOnly.test(value)) {
    complaints.push(pattern(configKeyText, configKey, 'key.name', 'KEY_NAME', 'key-name'));
  }
  if (value === '.' || value === '..') complaints.push(`must not be '${value}'`);
  else if (value.startsWith('..')) complaints.push("must not start with '..'");
  return complaints;
}

function prefixComplaints(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  return subdomainWithUnit(prefix, 'bytes').map((complaint) => `prefix part ${complaint}`);
}

function subdomainWithUnit(value: string, unit: 'characters' | 'bytes'): Complaints {
  const complaints = lengthComplaints(value, 253, unit);
  if (subdomainOnly.test(value)) return complaints;
  return [...complaints, pattern(subdomainText, subdomain, 'example.com')];
}

/** Counts bytes, whichever unit Kubernetes' message names. */
function lengthComplaints(value: string, max: number, unit: string): Complaints {
  return Buffer.byteLength(value, 'utf8') > max ? [`must be no more than ${max} ${unit}`] : [];
}

function pattern(text: string, regex: string, ...examples: readonly string[]): string {
  const listed = examples.map((example) => `'${example}', `).join(' or ');
  return `${text} (e.g. ${listed}regex used for validation is '${regex}')`;
}
