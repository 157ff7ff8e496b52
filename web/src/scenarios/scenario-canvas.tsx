import '@xyflow/react/dist/style.css';
import { useComputedColorScheme } from '@mantine/core';
import {
  Controls,
  type Edge,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { kindOfStep, type StepJson } from './scenario-json.ts';
import { layScenario, type PlacedStep } from './scenario-layout.ts';

interface ScenarioCanvasProps {
  readonly steps: readonly StepJson[];
  /** How many stand on each step now; null before it was switched on. */
  readonly people: ReadonlyMap<number, number> | null;
  /** Somebody chose a step, by its number. */
  readonly onChoose: (number: number) => void;
}

type StepNode = Node<{ readonly title: string; readonly note: string | null }, 'step'>;

const nodeTypes = { step: StepBox };

/** The whole scenario at a glance. It is edited in the list beside it, to which a step leads. */
export function ScenarioCanvas({ steps, people, onChoose }: ScenarioCanvasProps) {
  const { t, i18n } = useTranslation('scenario');
  const scheme = useComputedColorScheme('light');
  const { nodes, edges } = useMemo(() => {
    const { placed, ways } = layScenario(steps);
    const titleOf = ({ step, number }: PlacedStep): string => {
      if (step === 'start' || step === 'end') return t(`canvas.${step}`);
      const kind = t(`steps.${kindOfStep(step)}`);
      const about = aboutStep(step, i18n.language);
      return t('step', { number: number + 1, kind: about === '' ? kind : `${kind}: ${about}` });
    };
    return {
      nodes: placed.map((one): StepNode => {
        const count = people?.get(one.number);
        return {
          id: String(one.number),
          type: 'step',
          position: { x: one.x, y: one.y },
          draggable: false,
          connectable: false,
          ariaLabel: titleOf(one),
          data: {
            title: titleOf(one),
            note: count === undefined ? null : t('people', { count }),
          },
        };
      }),
      edges: ways.map(
        ({ from, to, answer }): Edge => ({
          id: `${from}-${answer ?? 'on'}-${to}`,
          source: String(from),
          target: String(to),
          type: 'smoothstep',
          focusable: false,
          ...(answer === null ? {} : { label: t(answer) }),
        }),
      ),
    };
  }, [steps, people, t, i18n.language]);
  return (
    <div className="scenario-canvas" role="region" aria-label={t('canvas.label')}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        colorMode={scheme}
        fitView
        fitViewOptions={{ maxZoom: 1 }}
        nodesConnectable={false}
        edgesReconnectable={false}
        deleteKeyCode={null}
        preventScrolling={false}
        onNodeClick={(_, node) => onChoose(Number(node.id))}
      >
        <Controls showInteractive={false} aria-label={t('canvas.controls')} />
      </ReactFlow>
    </div>
  );
}

/** To which audience, or how long; empty where its kind says all. */
function aboutStep(step: StepJson, language: string): string {
  if (step === 'exit') return '';
  if ('add' in step) return step.add;
  if ('remove' in step) return step.remove;
  if (!('wait' in step)) return '';
  const units = ['day', 'hour', 'minute'] as const;
  return units
    .flatMap((unit) => {
      const length = step.wait[`${unit}s`] ?? 0;
      const format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' });
      return length === 0 ? [] : [format.format(length)];
    })
    .join(' ');
}

function StepBox({ data }: NodeProps<StepNode>) {
  return (
    <div className="scenario-box">
      <Handle type="target" position={Position.Top} />
      <strong>{data.title}</strong>
      {data.note !== null && <span>{data.note}</span>}
      <Handle type="source" position={Position.Bottom} />
    </div>
  );
}
