package page

import (
	"html/template"
	"text/template/parse"

	"github.com/boligklar/boligklar/internal/i18n"
)

// fold puts sentences without parameters into the templates of a language as
// text, once at boot: a list calls the same dozens of times, and a call of a
// function costs more than all else in a row. The text is escaped for where
// sentences stand, in HTML and in quoted attributes.
func fold(t *template.Template, lang i18n.Lang) {
	for _, one := range t.Templates() {
		if one.Tree != nil {
			foldIn(one.Tree.Root, lang)
		}
	}
}

func foldIn(list *parse.ListNode, lang i18n.Lang) {
	if list == nil {
		return
	}
	for i, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			if text, ok := sentence(n.Pipe, lang); ok {
				list.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: []byte(template.HTMLEscapeString(text))}
			}
		case *parse.IfNode:
			foldIn(n.List, lang)
			foldIn(n.ElseList, lang)
		case *parse.RangeNode:
			foldIn(n.List, lang)
			foldIn(n.ElseList, lang)
		case *parse.WithNode:
			foldIn(n.List, lang)
			foldIn(n.ElseList, lang)
		}
	}
}

// sentence returns what {{t "key"}} says; false for anything else, and for a key
// that the language lacks.
func sentence(pipe *parse.PipeNode, lang i18n.Lang) (string, bool) {
	if len(pipe.Decl) > 0 || len(pipe.Cmds) != 1 || len(pipe.Cmds[0].Args) != 2 {
		return "", false
	}
	name, isName := pipe.Cmds[0].Args[0].(*parse.IdentifierNode)
	key, isText := pipe.Cmds[0].Args[1].(*parse.StringNode)
	if !isName || !isText || name.Ident != "t" || !lang.Has(key.Text) {
		return "", false
	}
	return lang.T(key.Text, nil), true
}
