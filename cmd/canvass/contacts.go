package main

import "github.com/spf13/cobra"

func (a *app) contacts() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "contacts",
		Short: a.t("Nhập, xem và giữ danh bạ cộng tác viên", "Import, look at and keep the contact list"),
		Args:  cobra.NoArgs,
		RunE:  a.group,
	}
	cmd.AddCommand(a.contactsImport(), a.contactsImports(), a.contactsUndo(), a.contactsList(), a.contactsShow(), a.contactsDossier(), a.contactsErase(), a.contactsErasures(), a.contactsCoverage(), a.contactsColumns(), a.contactsExport(), a.contactsConsent(), a.contactsHours(), a.contactsMerge(), a.contactsUnmerge(), a.contactsDuplicates())
	return cmd
}
