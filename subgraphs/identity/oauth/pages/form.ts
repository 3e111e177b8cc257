import { type Html, html } from './html.ts';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: 'email' | 'password';
  readonly autocomplete: 'username' | 'current-password' | 'new-password';
  readonly value?: string | undefined;
  readonly hint?: string;
  readonly focus?: boolean;
  /** Whether what the form complains of is said of this field. */
  readonly invalid?: boolean;
}

/** What went wrong, where a screen reader and the fields' descriptions find it. */
export function alert(message: string | undefined): Html | undefined {
  return message === undefined ? undefined : html`<p class="error" id="error" role="alert">${message}</p>`;
}

export function field({ name, label, type, autocomplete, value, hint, focus, invalid }: Field): Html {
  const described = [hint === undefined ? '' : `${name}-hint`, invalid ? 'error' : ''].filter(Boolean).join(' ');
  return html`<div class="field">
<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" maxlength="4000" required${
    value !== undefined && html` value="${value}"`
  }${type === 'email' && html` autocapitalize="none" spellcheck="false"`}${focus && html` autofocus`}${
    invalid && html` aria-invalid="true"`
  }${described !== '' && html` aria-describedby="${described}"`}>
${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
</div>`;
}

export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}
