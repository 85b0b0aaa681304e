package console

import "strings"

// actions returns all actions. A new page gets a line here, and one in nav.go if the side
// navigation links to it.
func actions() []action {
	return []action{
		signInAction(), signOutAction(), welcomeAction(), preferencesAction(),
		poolsAction(), poolCreateAction(),
		poolAction(), poolAttributesAction(), poolSettingsAction(), poolDeleteAction(), poolColumnsAction(), poolTemplateAction(),
		jobsAction(), jobsEventsAction(), jobCreateAction(), sendFileAction(), jobAction(), jobEventsAction(), jobLogAction(), jobStartAction(), jobStopAction(),
		jobCorrectAction(), jobResultsAction(), jobResultLinesAction(), jobReceiptAction(), jobReceiptFileAction(), jobUsersAction(), jobCheckAction(), jobBudgetAction(), jobResumeAction(),
		clientsAction(), clientCreateAction(), clientAction(), clientDeleteAction(),
		usersAction(), userCreateAction(), userAction(), userEditAction(), userEnableAction(), userDisableAction(), userDeleteAction(),
		userResetAction(), userPasswordAction(), userSignOutAction(), userFactorAction(), userAppAction(),
		outboxAction(),
		rolesAction(), roleCreateAction(), keyOwnersAction(), keysAction(), keyCreateAction(), keyEnableAction(), keyDisableAction(), keyDeleteAction(),
		auditAction(),
	}
}

// Pages returns the paths of everything that a browser is shown, as patterns of net/http
// without a method, for tests that visit each.
func Pages() (paths []string) {
	for _, a := range actions() {
		if a.show != nil {
			paths = append(paths, strings.TrimSuffix(Root, "/")+a.path)
		}
	}
	return paths
}
