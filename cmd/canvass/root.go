package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// root is the whole command line.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "canvass",
		Short: a.t("Khảo sát mạng lưới cộng tác viên bằng thư, SMS và cuộc gọi", "Survey a network of collaborators by e-mail, SMS and call"),
		Long: a.t(`Canvass đọc danh sách cộng tác viên, chốt khung mẫu, chọn mẫu, hỏi từng người bằng
thư điện tử, SMS hoặc bàn phím điện thoại, và gom mọi câu trả lời về một chỗ.`,
			`Canvass turns a list of collaborators into a frame, draws a sample, asks every
sampled person by e-mail, SMS or telephone keypad, and brings all replies together.`),
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.running = cmd.CommandPath()
			return cmd.Help()
		},
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetUsageTemplate(a.usageTemplate())
	root.SetHelpCommand(a.help(root))
	a.flags.register(a, root)
	root.AddCommand(
		a.demo(), a.up(), a.serve(), a.worker(), a.scheduler(), a.migrate(), a.rehearse(),
		a.contacts(), a.inbox(), a.suppress(), a.units(), a.price(), a.holiday(), a.questionnaire(), a.campaign(), a.series(), a.text(), a.results(),
		a.staff(), a.token(), a.audit(), a.backup(), a.restore(), a.retentionCommand(), a.doctor(), a.android(),
		a.explain(), a.version(), a.completion(),
	)
	root.InitDefaultHelpFlag()
	for _, c := range append([]*cobra.Command{root}, descendants(root)...) {
		c.InitDefaultHelpFlag()
		c.Flags().Lookup("help").Usage = a.t("xem trợ giúp", "show this help")
		c.DisableFlagsInUseLine = true
	}
	return root
}

// descendants lists all commands below c.
func descendants(c *cobra.Command) []*cobra.Command {
	var out []*cobra.Command
	for _, sub := range c.Commands() {
		out = append(append(out, sub), descendants(sub)...)
	}
	return out
}

// group is the body of a command that only holds others.
func (a *app) group(cmd *cobra.Command, _ []string) error {
	names := make([]string, 0, len(cmd.Commands()))
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	return wrongUsage(cmd, fmt.Sprintf("%s %s", cmd.CommandPath(), strings.Join(names, "|")))
}

func (a *app) help(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: a.t("Trợ giúp về một lệnh", "Help about a command"),
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return wrongUsage(root, strings.Join(args, " "))
			}
			a.running = "canvass help"
			return cmd.Help()
		},
	}
}

func (a *app) completion() *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: a.t("In tập lệnh hoàn thành phím Tab cho trình lệnh", "Print the completion script of a shell"),
		Long: a.t("Ví dụ, với bash: canvass completion bash > /etc/bash_completion.d/canvass",
			"With bash, for example: canvass completion bash > /etc/bash_completion.d/canvass"),
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.running = cmd.CommandPath()
			switch args[0] {
			case "zsh":
				return cmd.Root().GenZshCompletion(a.out)
			case "fish":
				return cmd.Root().GenFishCompletion(a.out, true)
			case "powershell":
				return cmd.Root().GenPowerShellCompletionWithDesc(a.out)
			}
			return cmd.Root().GenBashCompletionV2(a.out, true)
		},
	}
}

// usageTemplate is cobra's, with headings in the language of this run.
func (a *app) usageTemplate() string {
	headings := strings.NewReplacer(
		"@usage", a.t("Cách viết:", "Usage:"),
		"@examples", a.t("Ví dụ:", "Examples:"),
		"@commands", a.t("Các lệnh:", "Commands:"),
		"@flags", a.t("Tùy chọn:", "Flags:"),
		"@global", a.t("Tùy chọn chung:", "Global flags:"),
		"@more", a.t("Xem thêm: {{.CommandPath}} LỆNH --help", "More: {{.CommandPath}} COMMAND --help"),
	)
	return headings.Replace(`@usage{{if .Runnable}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} COMMAND{{end}}{{if .HasExample}}

@examples
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

@commands{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

@flags
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

@global
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

@more{{end}}
`)
}
