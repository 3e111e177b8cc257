import { createHash } from 'node:crypto';
import { type Html, html } from './html.ts';
import { STYLE } from './style.ts';

/** A page as it is sent. */
export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PageInit {
  readonly status?: number;
  readonly title: string;
  readonly main: Html;
  /** Addresses to which a form of the page may lead in the end, beside this server: browsers follow redirects with it. */
  readonly formTargets?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** A page of the sign-in: no script, one style, nothing from elsewhere, and in nobody's frame. */
export function page({ status = 200, title, main, formTargets = [], headers = {} }: PageInit): Page {
  const body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`.html;
  return { status, headers: { ...headersOf(formTargets), ...headers }, body };
}

function headersOf(formTargets: readonly string[]): Record<string, string> {
  const targets = [...new Set(formTargets.map((target) => new URL(target).origin))];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      `style-src ${STYLE_HASH}`,
      ["form-action 'self'", ...targets].join(' '),
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}
