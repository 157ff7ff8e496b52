import { guideSteps } from '#connections/guide.ts';
import { indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import type { Session } from '../session.ts';

/** How to come by what connecting needs, step by step. */
export function printGuide(session: Session, json: boolean): void {
  if (json) {
    printJson(session, { steps: guideSteps });
    return;
  }
  const { output } = session.terminal;
  const steps = guideSteps.map(({ title, words, links }, place) => {
    const addresses = links.map((link) => `${link.title}: ${link.url}`).join('\n');
    const head = styled(output, 'bold', `${place + 1}. ${title}`);
    return `${head}\n${indent(`${folded(words)}\n${styled(output, 'dim', addresses)}`, '   ')}`;
  });
  print(session, `${steps.join('\n\n')}\n`);
  print(session, 'Next: muster connect --ad-account ID --token-file FILE, then muster doctor');
}

const LINE_MAX = 96;

/** In lines that a terminal shows whole. */
function folded(words: string): string {
  return words.replaceAll(new RegExp(`(.{1,${LINE_MAX}})(?: |$)`, 'g'), '$1\n').trimEnd();
}
