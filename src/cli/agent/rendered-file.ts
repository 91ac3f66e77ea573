import type { SecretValues } from '@sallyport/client';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { SecretValue } from '../../core/secret-value.js';
import { TemplateProblem } from '../../environments/domain/template-problem.js';
import { TemplateRenderer } from '../../environments/domain/template-renderer.js';
import { renderFormat } from '../../secrets/domain/formats/render.js';
import { UsageError } from '../command.js';
import type { ReadValues } from '../values/read-values.js';
import type { AgentFile, FileContent } from './agent-config.js';

/** A file cannot be made of the present values; the message has no value. */
export class RenderFailure extends Error {
  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
  }
}

/** Returns the bytes of a file. Throws RenderFailure if it cannot be made of these values. */
export function renderedFile({ path, content }: AgentFile, values: ReadValues): SecretValue {
  try {
    return rendered(content, values);
  } catch (error) {
    throw new RenderFailure(path, reasonOf(error));
  }
}

function rendered(content: FileContent, values: ReadValues): SecretValue {
  switch (content.kind) {
    case 'key':
      return SecretValue.fromBytes(values.key(content.key).reveal());
    case 'map': {
      const { source, options } = content;
      const found = source.kind === 'secret' ? values.secret(source.name) : undefined;
      return ofText(renderFormat(ownValues(found ?? values.environment(source.name)), options));
    }
    case 'template': {
      const { template, environment, values: keys } = content;
      const named = new Map(environment && ownValues(values.environment(environment)));
      for (const [name, key] of keys) {
        named.set(name, SecretValue.fromBytes(values.key(key).reveal()));
      }
      return ofText(new TemplateRenderer(named).rendered(template));
    }
  }
}

function ownValues(values: SecretValues): ReadonlyMap<string, SecretValue> {
  const entries = [...values].map(([key, value]) => {
    return [key, SecretValue.fromBytes(value.reveal())] as const;
  });
  return new Map(entries);
}

function ofText(text: string): SecretValue {
  return SecretValue.ofKeptText(text.toWellFormed());
}

/** Returns why; an error of another kind could have a value in its message. */
function reasonOf(error: unknown): string {
  if (error instanceof SallyportError) {
    const places = error.errors.map(({ pointer, reason }) => `${pointer} ${reason}`);
    return [error.message, ...places].join('; ');
  }
  const isKnown = error instanceof UsageError || error instanceof TemplateProblem;
  return isKnown ? error.message : 'the content cannot be made';
}
