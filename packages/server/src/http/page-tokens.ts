/**
 * The colours and measures of packages/web/src/ui/tokens.css, for pages that are there also when those are not built.
 * A test holds them to be the same.
 */
export const TOKENS = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f3ef, #12161a);
  --paper: light-dark(#ffffff, #1a2026);
  --raised: light-dark(#ffffff, #222a31);
  --sunken: light-dark(#ebe9e3, #0d1114);
  --line: light-dark(#dcd8cf, #313b44);
  --line-strong: light-dark(#8b857a, #6f7c88);
  --ink: light-dark(#1b2126, #e9eef2);
  --soft: light-dark(#5a6068, #a3afba);
  --accent: light-dark(#0b6f6b, #4cc8be);
  --accent-strong: light-dark(#075653, #7fe0d7);
  --on-accent: light-dark(#ffffff, #04201e);
  --accent-soft: light-dark(#dcf0ee, #12393a);
  --mine: light-dark(#d6efec, #124442);
  --theirs: light-dark(#ffffff, #262f37);
  --app: light-dark(#8a4b00, #f0b35c);
  --app-soft: light-dark(#fdf1de, #35290f);
  --warn: light-dark(#7a4a00, #ffd48a);
  --warn-soft: light-dark(#fff0d4, #3a2c10);
  --bad: light-dark(#a8231f, #ff9d94);
  --bad-soft: light-dark(#fde5e2, #41191a);
  --good: light-dark(#20663a, #7fd79b);
  --good-soft: light-dark(#ddf3e3, #14351f);
  --overlay: light-dark(rgb(16 24 32 / 45%), rgb(0 0 0 / 60%));
  --shadow: 0 1px 2px rgb(16 24 32 / 6%), 0 8px 24px rgb(16 24 32 / 10%);
  --radius-small: 0.5rem;
  --radius: 0.75rem;
  --radius-large: 1.25rem;
  --font: "Vazirmatn Variable", vazirmatn, system-ui, -apple-system, "Segoe UI", tahoma, sans-serif;
  --font-code: ui-monospace, "SF Mono", "Cascadia Mono", menlo, consolas, monospace;
}

:root[data-theme="light"] {
  color-scheme: light;
}

:root[data-theme="dark"] {
  color-scheme: dark;
}
`
