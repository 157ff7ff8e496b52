import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { useComputedColorScheme } from '@mantine/core';
import { EditorView, minimalSetup } from 'codemirror';
import { useEffect, useRef } from 'react';
import './sql-editor.css';
import { styleNonce } from '../style-nonce.ts';

interface SqlEditorProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Loaded with the screen that needs it. Tab leaves it: nobody is caught who has no mouse. */
export function SqlEditor({ label, value, onChange }: SqlEditorProps) {
  const holder = useRef<HTMLDivElement>(null);
  const first = useRef(value);
  const changed = useRef(onChange);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    changed.current = onChange;
  }, [onChange]);
  useEffect(() => {
    if (holder.current === null) return undefined;
    const view = new EditorView({
      parent: holder.current,
      doc: first.current,
      extensions: [
        minimalSetup,
        sql({ dialect: PostgreSQL }),
        EditorView.lineWrapping,
        EditorView.cspNonce.of(styleNonce),
        EditorView.theme({}, { dark: scheme === 'dark' }),
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          first.current = update.state.doc.toString();
          changed.current(first.current);
        }),
      ],
    });
    return () => view.destroy();
  }, [label, scheme]);
  return <div ref={holder} className="sql-editor" />;
}
