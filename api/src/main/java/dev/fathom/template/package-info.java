/**
 * Templates that make the prompt of a chat: {@link dev.fathom.template.JinjaTemplate}.
 *
 * <pre>{@code
 * JinjaTemplate template = JinjaTemplate.parse("{% for m in messages %}{{ m.content }}{% endfor %}");
 * String prompt = template.render(variables);
 * }</pre>
 *
 * <p>A lexer cuts the source to tokens and drops white space; a parser makes closures of them,
 * {@code Expression}s and {@code Statement}s, which run on a {@code Scope}. A new filter, test or
 * method is a line in {@code Filters}, {@code Checks} or {@code Methods}.
 */
package dev.fathom.template;
